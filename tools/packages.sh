# Debian packages, the same names in Debian 12 and 13; read by run and check.
#
# install_missing PACKAGE... installs what is not there yet, and does nothing,
# without network, when all of it is.

build_packages="gcc libc6-dev meson ninja-build pkgconf ca-certificates
    libcurl4-openssl-dev libssl-dev libmicrohttpd-dev libsqlite3-dev libpq-dev libicu-dev libxml2-dev libjansson-dev
    libzstd-dev zlib1g-dev libbrotli-dev libseccomp-dev libinih-dev libxxhash-dev libpsl-dev libstemmer-dev
    libpango1.0-dev fonts-dejavu-core"

test_packages="python3 tidy strace fuse3 libfuse3-dev"

# For the browser test; it is skipped, and says why, where they cannot be had. npm fetches axe-core. Debian's has
# hundreds of packages behind it, so another one that is there is taken.
browser_packages="chromium"
command -v npm >/dev/null || browser_packages="$browser_packages nodejs npm"

# For tools/fuzz, where no clang with libFuzzer is there yet.
fuzz_packages="clang libclang-rt-dev"

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Runs a command as root and shows what it said only if it fails.
quietly_as_root() {
    qlog=$(mktemp)
    if [ "$(id -u)" -eq 0 ]; then
        "$@" >"$qlog" 2>&1 </dev/null && qstatus=0 || qstatus=$?
    elif command -v sudo >/dev/null; then
        sudo "$@" >"$qlog" 2>&1 && qstatus=0 || qstatus=$?
    else
        echo "please run this as root, or install sudo: it takes root to run: $*" >&2
        qstatus=1
    fi
    [ "$qstatus" -eq 0 ] || cat "$qlog" >&2
    rm -f "$qlog"
    return "$qstatus"
}

install_missing() {
    if ! command -v dpkg-query >/dev/null; then
        echo "this is not a Debian system; these are needed: $*" >&2
        return 0
    fi
    missing=
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "installing:$missing" >&2
    quietly_as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        quietly_as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# Debian's PostgreSQL comes with a database of its own, and starts it. The tests make theirs, so a machine that gets the
# package from here gets it without.
install_server() {
    settings=/etc/postgresql-common/createcluster.conf
    if command -v dpkg-query >/dev/null && ! is_installed postgresql && ! is_installed postgresql-common; then
        install_missing postgresql-common &&
            quietly_as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' "$settings"
    fi
    install_missing postgresql
}

# build_in FOLDER TARGETS MESON-OPTION...: configures and builds, quiet unless
# it fails.  Changed options reach a folder that exists already.
build_in() {
    folder=$1
    targets=$2
    shift 2
    blog=$(mktemp)
    if [ -f "$folder/build.ninja" ]; then
        set -- configure "$folder" "$@"
    else
        set -- setup "$folder" "$@"
    fi
    if meson "$@" >"$blog" 2>&1 && ninja --quiet -C "$folder" $targets >"$blog" 2>&1; then
        rm -f "$blog"
        return 0
    fi
    cat "$blog" >&2
    rm -f "$blog"
    echo "the build in $folder failed" >&2
    return 1
}
