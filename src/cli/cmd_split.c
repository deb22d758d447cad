/* stet split: tell two articles apart that were taken for one. */
#include "base/json.h"
#include "cli/command.h"
#include "reader/reader.h"
#include "url/url.h"
#include "watch/identity.h"
#include "watch/policy.h"

static const struct {
	const char *why, *says;
} REASONS[] = {
	{ "redirect", "the site led there, or from there" },
	{ "canonical", "the page named it as canonical" },
	{ "same text", "the same text with another scheme or \"www.\"" },
	{ "variant", "a list named it; the same address but for scheme, \"www.\", AMP or mobile host" },
	{ "apart", "somebody said that it is an article of its own" },
};

static const char *reason(struct str why)
{
	for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
		if (str_eq(why, str_from(REASONS[i].why)))
			return REASONS[i].says;
	return "it is not known why";
}

static void put_json(const struct article_row *row, const struct address *list, size_t n)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_field_int(&j, "article", row->id);
	json_field_str(&j, "url", row->url);
	json_key(&j, "addresses");
	json_array(&j);
	for (size_t i = 0; i < n; i++) {
		json_object(&j);
		json_field_str(&j, "url", list[i].url);
		json_field_str(&j, "why", list[i].why);
		if (list[i].check)
			json_field_int(&j, "check", list[i].check);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

/* The reason for the article's own address, or the others with theirs. */
static size_t put_addresses(const struct context *c, const struct address *list, size_t n, struct str url, bool own)
{
	size_t shown = 0;

	for (size_t i = 0; i < n; i++) {
		if (str_eq(list[i].url, url) != own)
			continue;
		if (!own) {
			output_text(c, COLOR_NONE, list[i].url);
			output_printf(c, COLOR_NONE, "\n");
		}
		output_printf(c, COLOR_DIM, "    %s", reason(list[i].why));
		if (list[i].check)
			output_printf(c, COLOR_DIM, " (check %lld)", (long long)list[i].check);
		output_printf(c, COLOR_NONE, "\n");
		shown++;
	}
	return shown;
}

static bool list_addresses(struct context *c, struct archive *ar, int64_t article, struct err *e)
{
	struct article_row row;
	struct address *list;
	size_t n;

	if (!archive_article(ar, c->arena, article, &row, e) || !archive_addresses(ar, c->arena, article, &list, &n, e))
		return false;
	if (c->json) {
		put_json(&row, list, n);
		return true;
	}
	output_begin(c);
	output_text(c, COLOR_BOLD, row.url);
	output_printf(c, COLOR_NONE, "\n");
	put_addresses(c, list, n, row.url, true);
	if (put_addresses(c, list, n, row.url, false) == 0)
		output_printf(c, COLOR_DIM, "it has no other address\n");
	return true;
}

static bool read_address(const char *operand, struct arena *a, struct str *out, struct err *e)
{
	struct str s = str_from(operand);

	if (!str_has(s, STR("://")))
		s = ARENA_JOIN(a, STR("https://"), s);
	return url_identity(a, s, out) || err_set(e, ERR_USAGE, "\"%.200s\" is not an address", operand);
}

static bool split(struct context *c, struct archive *ar, int64_t article, int64_t *id, struct err *e)
{
	struct reader *r;
	struct str address;

	if (!read_address(c->argv[1], c->arena, &address, e) || !reader_new((unsigned)c->settings.readers, &r, e))
		return false;
	bool ok = reader_load_rules(r, c->settings.rules, e) && archive_begin(ar, e);
	if (ok) {
		ok = identity_split(ar, r, article, address, policy_first_period(&c->settings, TARGET_ARTICLE),
		                    clock_now(&c->clock), id, e) &&
		     archive_commit(ar, e);
		if (!ok)
			archive_rollback(ar);
	}
	reader_free(r);
	return ok;
}

static void say(struct context *c, int64_t article, int64_t id)
{
	struct buf b = BUF_INIT(KIB);
	struct json j = JSON_INIT(&b);

	if (!c->json) {
		output_printf(c, COLOR_NONE, "it is article %lld now; the versions of both were made again\n",
		              (long long)id);
		return;
	}
	json_object(&j);
	json_field_int(&j, "article", article);
	json_field_int(&j, "apart", id);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar;
	int64_t article, id;

	if (!context_archive(c, c->argc == 1 ? ARCHIVE_READ : ARCHIVE_WRITE, &ar, e))
		return false;
	bool ok = article_from_operand(ar, c->arena, c->argv[0], &article, e);
	if (ok && c->argc == 1) {
		ok = list_addresses(c, ar, article, e);
	} else if (ok && split(c, ar, article, &id, e)) {
		say(c, article, id);
	} else {
		ok = false;
	}
	archive_close(ar);
	return ok;
}

const struct command cmd_split = {
	.name = "split",
	.summary = "tell two articles apart that were taken for one",
	.usage = "ARTICLE [ADDRESS]",
	.about =
	        "An article may have several addresses: the site leads from one to the other, or names it as the "
	        "canonical one. Where that was a mistake, this makes an article of its own of one ADDRESS again, with "
	        "all checks that were made there; the versions of both are made again from the kept bytes. The address "
	        "is checked from then on and is never joined with another article by itself again.\n\n"
	        "Without an address, the addresses of the article are listed, each with the reason why it is taken for "
	        "one of them and the check that said so.",
	.examples = "stet split 12\n"
	            "stet split 12 https://www.example.com/amp/bridge-closed",
	.has_json = true,
	.least = 1,
	.most = 2,
	.run = run,
};
