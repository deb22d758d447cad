/*
 * Hosts: see host.h.
 *
 * A name is percent-decoded and mapped to ASCII (idna.h).  A name that is
 * ASCII already is only lower-cased: browsers accept Punycode there even when
 * it decodes to nothing, and DNS has the last word.  A name that ends in a
 * number is an IPv4 address or wrong.  The hosts of schemes that are not
 * special are opaque: nothing is known about them, so little is done to them.
 */
#include "url/host.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/buf.h"
#include "base/eight.h"
#include "url/idna.h"

/* What no host may contain, and what no name may once it is ASCII. */
static bool is_forbidden_in_host(char c)
{
	return !c || strchr("\t\n\r #/:<>?@[\\]^|", c);
}

static bool is_forbidden_in_name(char c)
{
	return is_forbidden_in_host(c) || (unsigned char)c < ' ' || c == 0x7f || c == '%';
}

static struct str percent_decode(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int byte = str_percent(s, i);
		out[n++] = byte < 0 ? s.p[i] : (char)byte;
		i += byte < 0 ? 0 : 2;
	}
	return str_of(out, n);
}

/* One part of an IPv4 address: decimal, 0 octal, 0x hexadecimal.  Numbers that
 * are too large for any part come back as UINT32_MAX + 1. */
static bool ipv4_part(struct str s, uint64_t *out)
{
	int base = 10;
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	if (str_starts_nocase(s, STR("0x")))
		base = 16, s = str_sub(s, 2, s.n);
	else if (s.n > 1 && s.p[0] == '0')
		base = 8, s = str_sub(s, 1, s.n);
	for (size_t i = 0; i < s.n; i++) {
		int digit = char_hex(s.p[i]);
		if (digit < 0 || digit >= base)
			return false;
		v = v * (uint64_t)base + (uint64_t)digit;
		if (v > UINT32_MAX)
			v = (uint64_t)UINT32_MAX + 1;
	}
	*out = v;
	return true;
}

static struct str without_last_dot(struct str s)
{
	return s.n > 1 && s.p[s.n - 1] == '.' ? str_sub(s, 0, s.n - 1) : s;
}

static bool ends_in_number(struct str s)
{
	struct str last = without_last_dot(s);
	uint64_t value;
	bool digits;

	for (size_t at; (at = str_find_byte(last, '.')) != STR_NPOS;)
		last = str_sub(last, at + 1, last.n);
	digits = last.n > 0;
	for (size_t i = 0; i < last.n; i++)
		digits = digits && char_is_digit(last.p[i]);
	return digits || ipv4_part(last, &value);
}

static bool ipv4_parse(struct arena *a, struct str s, struct str *out)
{
	struct str rest = without_last_dot(s), part;
	uint64_t address = 0, v;
	unsigned n = 0;

	for (bool more = true; more; n++) {
		more = str_cut(rest, '.', &part, &rest);
		if (n == 4 || !ipv4_part(part, &v))
			return false;
		if (more && v > 255)
			return false;
		address |= more ? v << (8 * (3 - (n < 3 ? n : 3))) : 0;
	}
	if (v >= (uint64_t)1 << (8 * (5 - n)))
		return false;
	address |= v;
	*out = arena_printf(a, "%u.%u.%u.%u", (unsigned)(address >> 24 & 255), (unsigned)(address >> 16 & 255),
	                    (unsigned)(address >> 8 & 255), (unsigned)(address & 255));
	return true;
}

static struct str ipv6_write(struct arena *a, const unsigned piece[8])
{
	struct buf b = BUF_INIT(64);
	size_t best = 8, length = 1;

	for (size_t i = 0, run = 0; i < 8; i++) {
		run = piece[i] ? 0 : run + 1;
		if (run > length)
			length = run, best = i + 1 - run;
	}
	buf_byte(&b, '[');
	for (size_t i = 0; i < 8; i++) {
		if (i == best) {
			buf_puts(&b, i ? ":" : "::");
			i += length - 1;
			continue;
		}
		buf_printf(&b, "%x%s", piece[i], i < 7 ? ":" : "");
	}
	buf_byte(&b, ']');
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

static bool ipv6_parse(struct arena *a, struct str s, struct str *out)
{
	unsigned char bytes[16];
	unsigned piece[8];

	if (s.n >= INET6_ADDRSTRLEN || memchr(s.p, '\0', s.n) || inet_pton(AF_INET6, arena_cstr(a, s), bytes) != 1)
		return false;
	for (size_t i = 0; i < 8; i++)
		piece[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
	*out = ipv6_write(a, piece);
	return true;
}

static const char *opaque_parse(struct arena *a, struct str s, struct str *out)
{
	struct buf b = BUF_INIT(3 * s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (is_forbidden_in_host(s.p[i])) {
			buf_free(&b);
			return "its host has a character that no host may have";
		}
		if (c < ' ' || c >= 0x7f)
			buf_printf(&b, "%%%02X", c);
		else
			buf_byte(&b, s.p[i]);
	}
	*out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return NULL;
}

static const char *name_parse(struct arena *a, struct str s, struct str *out)
{
	struct str name = percent_decode(a, s);

	if (eight_is_ascii(name))
		name = arena_lower(a, name);
	else if (!idna_to_ascii(a, name, &name))
		return "its host name is not a valid international name";
	if (name.n == 0)
		return "it has no host";
	for (size_t i = 0; i < name.n; i++)
		if (is_forbidden_in_name(name.p[i]))
			return "its host name has a character that no name may have";
	if (ends_in_number(name))
		return ipv4_parse(a, name, out) ? NULL : "its IPv4 address is broken";
	*out = arena_str(a, name);
	return NULL;
}

const char *host_parse(struct arena *a, struct str s, bool special, struct str *out)
{
	if (s.n && s.p[0] == '[') {
		bool good = s.p[s.n - 1] == ']' && ipv6_parse(a, str_sub(s, 1, s.n - 1), out);
		return good ? NULL : "its IPv6 address is broken";
	}
	return special ? name_parse(a, s, out) : opaque_parse(a, s, out);
}

bool host_is_address(struct str host)
{
	return host.n && (host.p[0] == '[' || ends_in_number(host));
}
