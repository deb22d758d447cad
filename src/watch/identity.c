/*
 * Which article an address means: see identity.h.
 *
 * A canonical link is believed
 *   - within a site (registrable domain),
 *   - when it names a page: not the home page, not a known section or feed, not
 *     the folder that the page itself stands in,
 *   - and as long as the source's links can be told from a template's mistake:
 *     once articles with MISTAKE_TITLES different titles name one address,
 *     nothing that the source's pages say about it counts any more.
 *
 * What is believed but about an address nobody has seen yet is kept as a claim.
 * The address becomes the article's at once only if it is a variant of the
 * page's own; else the page there is looked at when it is listed, and compared
 * with those that named it.
 *
 * Texts are alike when most of the shorter one stands, block by block, in the
 * longer one: under the same headline half of it, else four fifths of a text
 * that is long enough to be somebody's.  What a redirect leads to is another
 * article when not even a fifth of it and no headline is the old one's.
 */
#include "watch/identity.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/log.h"
#include "url/url.h"
#include "watch/rebuild.h"

#define MISTAKE_TITLES 3
#define MOST_CLAIMS 8       /* articles that named an address, looked at when it is seen itself */
#define LONG_ENOUGH 600     /* bytes in common under different headlines */
#define ALIKE_WITH_TITLE 50 /* per cent of the shorter text */
#define ALIKE_WITHOUT 80
#define SAME 90 /* under the same headline; a version may lack furniture that the page has */
#define KIN 20

/* ---- texts ---------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static size_t bytes_of(const struct article *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->nblocks; i++)
		n += t->blocks[i].text.n;
	return n;
}

/* Bytes of blocks of a that stand in b too. */
static size_t common_bytes(const struct article *a, const struct article *b)
{
	uint64_t *hashes = mem_zalloc(b->nblocks + 1, sizeof *hashes), h;
	size_t common = 0;

	for (size_t i = 0; i < b->nblocks; i++)
		hashes[i] = hash_quick(b->blocks[i].text);
	qsort(hashes, b->nblocks, sizeof *hashes, by_value);
	for (size_t i = 0; i < a->nblocks; i++) {
		h = hash_quick(a->blocks[i].text);
		if (bsearch(&h, hashes, b->nblocks, sizeof *hashes, by_value))
			common += a->blocks[i].text.n;
	}
	free(hashes);
	return common;
}

/* How much of the shorter text stands in the longer one. */
struct likeness {
	bool title;
	size_t common, percent;
};

static struct likeness likeness_of(const struct article *a, const struct article *b)
{
	size_t na = bytes_of(a), nb = bytes_of(b), least = na < nb ? na : nb;
	size_t common = na < nb ? common_bytes(a, b) : common_bytes(b, a);

	return (struct likeness){ .title = a->title.n && str_eq_nocase(a->title, b->title),
		                  .common = common,
		                  .percent = least ? common * 100 / least : 0 };
}

static bool is_alike(struct likeness l)
{
	return l.title ? l.percent >= ALIKE_WITH_TITLE : l.common >= LONG_ENOUGH && l.percent >= ALIKE_WITHOUT;
}

static bool is_same(struct likeness l)
{
	return l.title && l.percent >= SAME;
}

/* The same article after whatever an editor does to it. */
static bool is_kin(struct likeness l)
{
	return l.title || l.percent >= KIN;
}

static bool newest_text(struct archive *ar, struct arena *a, int64_t article, struct article *out, bool *has,
                        struct err *e)
{
	int64_t newest, number;
	when at;

	if (!archive_last_seen(ar, article, &newest, &number, &at, e))
		return false;
	*has = newest >= 0;
	return !*has || archive_version_text(ar, a, article, newest, out, e);
}

static bool looks_like(const struct identity_page *p, int64_t article, bool (*how)(struct likeness), bool *alike,
                       struct err *e)
{
	struct article text;
	bool has;

	*alike = false;
	if (!newest_text(p->archive, p->arena, article, &text, &has, e))
		return false;
	*alike = has && how(likeness_of(p->text, &text));
	return true;
}

/* ---- addresses ------------------------------------------------------------- */

/* Not found is no error. */
static bool article_at(struct archive *ar, struct arena *a, struct str url, int64_t *article, struct err *e)
{
	*article = 0;
	return archive_article_by_url(ar, a, url, article, e) || e->kind == ERR_NOT_FOUND;
}

static bool target_at(struct archive *ar, struct arena *a, struct str url, struct target *t, bool *found, struct err *e)
{
	*found = archive_target_by_url(ar, a, url, t, e);
	return *found || e->kind == ERR_NOT_FOUND;
}

static bool are_variants(struct arena *a, struct str x, struct str y)
{
	struct url_variant vx, vy;
	return url_variant(a, x, &vx) && url_variant(a, y, &vy) && str_eq(vx.key, vy.key);
}

static struct str place_of(const struct identity_page *p)
{
	return p->moved_to.n ? p->moved_to : p->target->url;
}

/* A target that is not checked any more may stand beside one that is. */
static bool first_of(struct archive *ar, struct arena *a, struct target *t, struct err *e)
{
	if (!t->article || t->state == TARGET_CHECKED)
		return true;
	return archive_target_of_article(ar, a, t->article, t, e);
}

bool identity_known(struct archive *ar, struct arena *a, struct str address, when now, struct target *known,
                    bool *found, struct err *e)
{
	struct str *urls;
	size_t n;
	bool apart;

	if (!target_at(ar, a, address, known, found, e))
		return false;
	if (*found)
		return first_of(ar, a, known, e);
	if (!url_variant_addresses(a, address, &urls, &n))
		return true;
	for (size_t i = 0; i < n && !*found; i++)
		if (!target_at(ar, a, urls[i], known, found, e))
			return false;
	if (!*found || !known->article)
		return true;
	if (!archive_article_apart(ar, known->article, &apart, e))
		return false;
	*found = !apart;
	return apart ||
	       (archive_address_add(ar, address, known->article, "variant", 0, now, e) && first_of(ar, a, known, e));
}

/* ---- canonical links ------------------------------------------------------- */

static const char *mistake_fact(struct arena *a, int64_t source)
{
	return arena_printf(a, "canonical links of source %lld", (long long)source).p;
}

static bool source_is_mistaken(const struct identity_page *p, bool *mistaken, struct err *e)
{
	struct str value;

	if (!archive_fact_get(p->archive, p->arena, mistake_fact(p->arena, p->target->source), &value, e))
		return false;
	*mistaken = value.n > 0;
	return true;
}

/* The home page, or a folder that the page itself stands in. */
static bool stands_above(struct arena *a, struct str address, struct str page)
{
	struct url_variant x, y;
	struct str host, path;

	if (!url_variant(a, address, &x) || !url_variant(a, page, &y))
		return true;
	str_cut(x.key, '/', &host, &path);
	if (path.n == 0)
		return true;
	return y.key.n > x.key.n && str_starts(y.key, x.key) && (y.key.p[x.key.n] == '/' || str_ends(x.key, STR("/")));
}

static bool in_one_site(struct arena *a, struct str x, struct str y)
{
	struct url ux, uy;
	struct err ignored;

	return url_parse(a, x, NULL, &ux, &ignored) && url_parse(a, y, NULL, &uy, &ignored) &&
	       str_eq(url_site(a, &ux), url_site(a, &uy));
}

/* The canonical address that is to be believed, or the empty string. */
static bool believed(const struct identity_page *p, struct str *out, struct err *e)
{
	struct str c, place = place_of(p);
	struct target t;
	bool found, mistaken;

	*out = STR_NONE;
	if (!p->canonical.n || !url_identity(p->arena, p->canonical, &c) || str_eq(c, place) ||
	    str_eq(c, p->target->url) || !in_one_site(p->arena, c, place) ||
	    (stands_above(p->arena, c, place) && !are_variants(p->arena, c, place)))
		return true;
	if (!source_is_mistaken(p, &mistaken, e) || !target_at(p->archive, p->arena, c, &t, &found, e))
		return false;
	if (!mistaken && !(found && (t.kind == TARGET_FEED || t.kind == TARGET_SECTION)))
		*out = c;
	return true;
}

/* Keeps what the page said; too many titles under one address are a mistake. */
static bool note_claim(const struct identity_page *p, struct str canonical, int64_t check, bool *mistaken,
                       struct err *e)
{
	struct claim c = { p->target->source, canonical, p->target->article, check };
	int64_t titles;

	*mistaken = false;
	if (are_variants(p->arena, canonical, place_of(p)))
		return true;
	if (!archive_claim_add(p->archive, &c, e) || !archive_claim_titles(p->archive, c.source, canonical, &titles, e))
		return false;
	*mistaken = titles >= MISTAKE_TITLES;
	if (!*mistaken)
		return true;
	log_warning("%lld articles with different titles name %.*s as theirs; what this source says about canonical "
	            "addresses is believed no more",
	            (long long)titles, STR_ARG(canonical));
	return archive_fact_set(p->archive, mistake_fact(p->arena, c.source), canonical, e);
}

/* ---- the first look -------------------------------------------------------- */

/* Takes the article at url if there is one.  Unless that is sure: if no person
 * has set it apart, and address or text agree. */
static bool take(const struct identity_page *p, struct str url, const char *why, bool sure, struct identity_found *out,
                 struct err *e)
{
	int64_t article;
	bool apart = false, alike = true;

	if (!url.n || out->article)
		return true;
	if (!article_at(p->archive, p->arena, url, &article, e))
		return false;
	if (!article)
		return true;
	if (!sure && !archive_article_apart(p->archive, article, &apart, e))
		return false;
	if (!sure && !apart && !are_variants(p->arena, url, place_of(p)) &&
	    !looks_like(p, article, is_alike, &alike, e))
		return false;
	if (!apart && alike) {
		out->article = article;
		out->why = why;
	}
	return true;
}

/* The same text at the same address but for its scheme and "www.". */
static bool take_same_text(const struct identity_page *p, struct identity_found *out, struct err *e)
{
	struct url_variant own, other;
	struct str *urls;
	size_t n;
	unsigned loose = VARIANT_HTTP | VARIANT_WWW;

	if (out->article || !url_variant(p->arena, place_of(p), &own) ||
	    !url_variant_addresses(p->arena, place_of(p), &urls, &n))
		return true;
	for (size_t i = 0; i < n && !out->article; i++) {
		struct identity_found f = { 0 };
		bool alike;
		if (!url_variant(p->arena, urls[i], &other) || (other.how & ~loose) != (own.how & ~loose))
			continue;
		if (!take(p, urls[i], "same text", false, &f, e))
			return false;
		if (f.article && !looks_like(p, f.article, is_same, &alike, e))
			return false;
		if (f.article && alike)
			*out = f;
	}
	return true;
}

/* Articles that named this address before anybody had seen it. */
static bool take_claimed(const struct identity_page *p, struct identity_found *out, struct err *e)
{
	struct claim *claims;
	size_t n;
	bool mistaken, apart, alike;

	if (out->article)
		return true;
	if (!source_is_mistaken(p, &mistaken, e) ||
	    !archive_claims(p->archive, p->arena, p->target->source, place_of(p), MOST_CLAIMS, &claims, &n, e))
		return false;
	for (size_t i = 0; i < n && !mistaken && !out->article; i++) {
		if (!archive_article_apart(p->archive, claims[i].article, &apart, e) ||
		    !looks_like(p, claims[i].article, is_alike, &alike, e))
			return false;
		if (!apart && alike)
			*out = (struct identity_found){ .article = claims[i].article, .why = "canonical" };
	}
	return true;
}

bool identity_find(const struct identity_page *p, struct identity_found *out, struct err *e)
{
	struct identity_found found = { 0 };
	struct str canonical;

	if (!believed(p, &canonical, e) || !take(p, p->moved_to, "redirect", true, &found, e) ||
	    !take(p, canonical, "canonical", false, &found, e) || !take_claimed(p, &found, e) ||
	    !take_same_text(p, &found, e))
		return false;
	bool variant = canonical.n && are_variants(p->arena, canonical, place_of(p));
	found.url = variant ? canonical : place_of(p);
	if (!found.article && !str_eq(found.url, p->target->url))
		found.why = variant ? "canonical" : "redirect";
	*out = found;
	return true;
}

bool identity_is_stranger(const struct identity_page *p, bool *stranger, struct err *e)
{
	struct article text;
	bool has;

	*stranger = false;
	if (!p->moved_to.n || !p->target->article || are_variants(p->arena, p->moved_to, p->target->url))
		return true;
	if (!newest_text(p->archive, p->arena, p->target->article, &text, &has, e))
		return false;
	*stranger = has && !is_kin(likeness_of(p->text, &text));
	return true;
}

/* ---- every look ------------------------------------------------------------ */

/* The page says that url is this article's, too. */
static bool agree(const struct identity_page *p, struct str url, const char *why, int64_t check,
                  struct identity_same *same, struct err *e)
{
	int64_t own = p->target->article, other;
	bool apart, own_apart, alike = true, variant;

	if (!url.n || !article_at(p->archive, p->arena, url, &other, e))
		return !url.n;
	variant = are_variants(p->arena, url, p->target->url);
	if (!other) {
		bool sure = variant || !str_eq(str_from(why), STR("canonical"));
		return !sure || archive_address_add(p->archive, url, own, why, check, p->at, e);
	}
	if (other == own || same->other)
		return true;
	if (!archive_article_apart(p->archive, other, &apart, e) ||
	    !archive_article_apart(p->archive, own, &own_apart, e))
		return false;
	if (!variant && !looks_like(p, other, is_alike, &alike, e))
		return false;
	if (alike && !apart && !own_apart)
		*same = (struct identity_same){
			.article = own, .other = other, .why = why, .check = check, .at = p->at, .leads_to = other
		};
	return true;
}

bool identity_note(const struct identity_page *p, const char *why, int64_t check, struct identity_same *same,
                   struct err *e)
{
	struct str canonical;
	bool mistaken = false;

	*same = (struct identity_same){ 0 };
	if (why && !archive_address_add(p->archive, p->target->url, p->target->article, why, check, p->at, e))
		return false;
	if (!agree(p, p->moved_to, "redirect", check, same, e) || !believed(p, &canonical, e))
		return false;
	if (canonical.n && !note_claim(p, canonical, check, &mistaken, e))
		return false;
	return mistaken || agree(p, canonical, "canonical", check, same, e);
}

/* ---- joining and splitting ------------------------------------------------- */

static bool stop(struct archive *ar, struct schedule *sc, struct target *t, when now, struct err *e)
{
	if (!schedule_leave(sc, now, t, e))
		return false;
	t->state = TARGET_UNWATCHED;
	t->due = WHEN_NONE;
	return archive_target_update(ar, t, e);
}

/* One target of both stays checked: that of the address that the other one led
 * to, if it is checked at all. */
static bool leave_one_checked(struct archive *ar, struct schedule *sc, struct arena *a,
                              const struct identity_same *same, struct err *e)
{
	const int64_t both[2] = { same->article, same->other };
	struct target first = { 0 }, *t[2];
	size_t n[2];
	int64_t kept = 0;

	if (!archive_target_of_article(ar, a, same->leads_to, &first, e) && e->kind != ERR_NOT_FOUND)
		return false;
	for (size_t k = 0; k < 2; k++) {
		if (!archive_targets_of_article(ar, a, both[k], &t[k], &n[k], e))
			return false;
		for (size_t i = 0; i < n[k]; i++) {
			int64_t id = t[k][i].id;
			bool better = !kept || id == first.id || (kept != first.id && id < kept);
			if (t[k][i].state == TARGET_CHECKED && better)
				kept = id;
		}
	}
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < n[k]; i++)
			if (t[k][i].id != kept && t[k][i].state == TARGET_CHECKED &&
			    !stop(ar, sc, &t[k][i], same->at, e))
				return false;
	return true;
}

static bool may_join(struct archive *ar, const struct identity_same *same, bool *may, struct err *e)
{
	const int64_t both[2] = { same->article, same->other };
	int64_t now[2];

	*may = true;
	for (size_t i = 0; i < 2; i++) {
		bool apart, can;
		if (!archive_article_now(ar, both[i], &now[i], e) || !archive_article_apart(ar, both[i], &apart, e) ||
		    !archive_can_rebuild(ar, both[i], &can, e))
			return false;
		*may = *may && !apart && can && now[i] == both[i];
	}
	*may = *may && both[0] != both[1];
	return true;
}

static bool join(struct archive *ar, struct reader *r, struct schedule *sc, struct arena *a,
                 const struct identity_same *same, int64_t *joined, struct err *e)
{
	bool older = same->article < same->other;
	struct archive_join j = { .from = older ? same->other : same->article,
		                  .into = older ? same->article : same->other,
		                  .why = same->why,
		                  .check = same->check,
		                  .now = same->at };
	int64_t versions;
	bool may;

	if (!may_join(ar, same, &may, e) || !may)
		return !may;
	if (!leave_one_checked(ar, sc, a, same, e) || !archive_article_join(ar, &j, e) ||
	    !rebuild_article(ar, r, j.into, 0, &versions, e))
		return false;
	log_info("articles %lld and %lld are one (%s); it is article %lld", (long long)j.into, (long long)j.from, j.why,
	         (long long)j.into);
	*joined = j.into;
	return true;
}

bool identity_join(struct archive *ar, struct reader *r, struct schedule *sc, const struct identity_same *same,
                   int64_t *joined, struct err *e)
{
	struct arena *a = arena_new();

	*joined = 0;
	bool ok = join(ar, r, sc, a, same, joined, e);
	arena_free(a);
	return ok;
}

/* The address is checked from now on, for the article that it is now. */
static bool check_again(struct archive *ar, struct arena *a, int64_t article, struct str address, int64_t period,
                        when now, struct err *e)
{
	struct target t, old;
	struct url u;
	int64_t id;
	bool found;

	if (!target_at(ar, a, address, &t, &found, e))
		return false;
	if (found && t.article == article && str_eq(t.url, address)) {
		if (t.state != TARGET_UNWATCHED)
			return true;
		t.state = TARGET_CHECKED;
		t.due = now;
		return archive_target_update(ar, &t, e);
	}
	if (!url_parse(a, address, NULL, &u, e) || !archive_article_source(ar, article, &old.source, e))
		return false;
	t = (struct target){ .kind = TARGET_ARTICLE,
		             .state = TARGET_CHECKED,
		             .source = old.source,
		             .article = article,
		             .url = address,
		             .origin = url_origin(u.href),
		             .added = now,
		             .due = now,
		             .period = period,
		             .last_check = WHEN_NONE,
		             .last_change = WHEN_NONE,
		             .published = WHEN_NONE };
	return archive_target_add(ar, &t, &id, e);
}

/* What is left is not left alone: joining may have stopped its own target. */
static bool go_on_checking(struct archive *ar, struct arena *a, int64_t article, when now, struct err *e)
{
	struct target *t, *stopped = NULL;
	size_t n;

	if (!archive_targets_of_article(ar, a, article, &t, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (t[i].state == TARGET_CHECKED)
			return true;
		stopped = t[i].state == TARGET_UNWATCHED ? &t[i] : stopped;
	}
	if (!stopped)
		return true;
	stopped->state = TARGET_CHECKED;
	stopped->due = now;
	return archive_target_update(ar, stopped, e);
}

static bool split(struct archive *ar, struct reader *r, struct arena *a, int64_t article, struct str address,
                  int64_t period, when now, int64_t *id, struct err *e)
{
	struct article_row row;
	int64_t at, versions;

	if (!article_at(ar, a, address, &at, e) || !archive_article(ar, a, article, &row, e))
		return false;
	if (at != article)
		return err_set(e, ERR_USAGE, "%.*s is not an address of article %lld", STR_ARG(address),
		               (long long)article);
	if (str_eq(row.url, address))
		return err_set(e, ERR_USAGE,
		               "%.*s is the own address of article %lld; name the one that does not belong to it",
		               STR_ARG(address), (long long)article);
	return archive_article_part(ar, article, address, now, id, e) &&
	       check_again(ar, a, *id, address, period, now, e) && go_on_checking(ar, a, article, now, e) &&
	       rebuild_article(ar, r, article, 0, &versions, e) && rebuild_article(ar, r, *id, 0, &versions, e);
}

bool identity_split(struct archive *ar, struct reader *r, int64_t article, struct str address, int64_t period, when now,
                    int64_t *id, struct err *e)
{
	struct arena *a = arena_new();

	bool ok = split(ar, r, a, article, address, period, now, id, e);
	arena_free(a);
	return ok;
}
