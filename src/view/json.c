/* The shapes of JSON: see json.h. */
#include "view/json.h"

#include <stdarg.h>
#include <stdio.h>

#include "archive/outcomes.h"
#include "base/hash.h"

static void field_path(struct json *j, const char *key, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void field_path(struct json *j, const char *key, const char *fmt, ...)
{
	char path[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	json_field_str(j, key, str_from(path));
}

static void field_remade(struct json *j, when remade)
{
	json_field_when(j, "remade", remade ? remade : WHEN_NONE);
}

/* What an outcome means; empty for one that is not known. */
static void field_meaning(struct json *j, const char *class, const char *about, struct str outcome)
{
	const struct outcome_info *info = outcome_by_name(outcome);

	json_field_str(j, class, info ? str_from(outcome_class_name(info->class)) : STR_NONE);
	json_field_str(j, about, info ? str_from(info->about) : STR_NONE);
}

void view_json_change(struct json *j, const struct change_item *c)
{
	const struct change_summary *s = &c->summary;

	json_object(j);
	json_field_str(j, "event", STR("change"));
	json_field_int(j, "article", s->article);
	json_field_int(j, "version", s->number);
	json_field_str(j, "source", c->source_key);
	json_field_str(j, "source_name", c->source_name);
	json_field_str(j, "url", c->url);
	json_field_str(j, "title", c->new_title);
	json_field_str(j, "old_title", c->old_title);
	json_field_when(j, "before", c->before);
	json_field_when(j, "first_seen", c->first_seen);
	if (c->later >= 0)
		json_field_int(j, "later", c->later);
	else
		json_field_null(j, "later");
	json_field_bool(j, "title_changed", s->title_changed);
	json_field_int(j, "words_added", s->words_added);
	json_field_int(j, "words_removed", s->words_removed);
	json_field_int(j, "sentences_edited", s->edited);
	json_field_int(j, "sentences_added", s->added);
	json_field_int(j, "sentences_removed", s->removed);
	json_field_int(j, "sentences_moved", s->moved);
	view_json_kinds(j, s->kinds, s->natures);
	json_field_real(j, "weight", (double)s->weight / 1000);
	field_remade(j, s->remade);
	field_path(j, "page", "/articles/%lld/diff/%lld/%lld", (long long)s->article, (long long)(s->number - 1),
	           (long long)s->number);
	json_end(j);
}

static void put_removal(struct json *j, const struct removal *r)
{
	json_field_when(j, "since", r->since);
	json_field_when(j, "last_seen", r->before);
	json_field_str(j, "outcome", r->outcome);
	json_field_int(j, "checks", r->checks);
	json_field_when(j, "confirmed", r->confirmed);
	json_field_when(j, "back", r->back);
}

void view_json_removal(struct json *j, const struct removal *r)
{
	json_object(j);
	put_removal(j, r);
	json_end(j);
}

/* As far as it has the members of a change, they are the same. */
static void put_event(struct json *j, const struct removal_item *r)
{
	const struct removal *x = &r->removal;
	char anchor[NEWS_ANCHOR];

	json_object(j);
	json_field_str(j, "event", r->returned ? STR("back") : STR("gone"));
	json_field_int(j, "article", x->article);
	json_field_null(j, "version");
	json_field_str(j, "source", r->source_key);
	json_field_str(j, "source_name", r->source_name);
	json_field_str(j, "url", r->url);
	json_field_str(j, "title", r->title);
	json_field_when(j, "before", r->returned ? x->since : x->before);
	json_field_when(j, "first_seen", r->returned ? x->back : x->since);
	put_removal(j, x);
	view_json_edit_kinds(j, KIND_BIT(r->returned ? EVENT_BACK : EVENT_GONE));
	json_field_real(j, "weight", 1);
	field_path(j, "page", "/articles/%lld#%s", (long long)x->article, news_anchor(x, r->returned, anchor));
	json_end(j);
}

void view_json_news(struct json *j, const struct news *n)
{
	if (n->change)
		view_json_change(j, n->change);
	else
		put_event(j, n->removal);
}

void view_json_source(struct json *j, const struct source_row *s)
{
	json_object(j);
	json_field_str(j, "key", s->source.key);
	json_field_str(j, "name", s->source.name);
	json_field_str(j, "site", s->source.site);
	json_field_when(j, "added", s->source.added);
	json_field_int(j, "feeds", s->feeds);
	json_field_int(j, "articles", s->articles);
	json_field_int(j, "versions", s->versions);
	json_field_int(j, "checked", s->checked);
	json_field_when(j, "last_change", s->last_change);
	field_path(j, "page", "/sources/%.*s", STR_ARG(s->source.key));
	json_end(j);
}

void view_json_traffic(struct json *j, const struct traffic_day *days, size_t n)
{
	char iso[WHEN_TEXT];

	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		json_field_str(j, "day", str_sub(str_from(when_iso(traffic_day_begins(&days[i]), iso)), 0, 10));
		json_field_int(j, "requests", days[i].requests);
		json_field_int(j, "not_modified", days[i].not_modified);
		json_field_int(j, "failed", days[i].failed);
		json_field_int(j, "bytes", days[i].bytes);
		json_field_int(j, "hosts", days[i].hosts);
		json_end(j);
	}
	json_end(j);
}

void view_json_target(struct json *j, const struct target *t)
{
	json_object(j);
	json_field_str(j, "url", t->url);
	json_field_str(j, "kind", str_from(target_kind_name(t->kind)));
	json_field_str(j, "state", str_from(target_state_name(t->state)));
	json_field_str(j, "source", t->source_key);
	if (t->article)
		json_field_int(j, "article", t->article);
	else
		json_field_null(j, "article");
	json_field_str(j, "label", t->label);
	json_field_str(j, "filter", t->filter);
	json_field_when(j, "added", t->added);
	json_field_when(j, "due", t->due);
	json_field_int(j, "period", t->period);
	json_field_when(j, "last_check", t->last_check);
	json_field_when(j, "last_change", t->last_change);
	json_field_str(j, "last_outcome", t->last_outcome);
	field_meaning(j, "last_outcome_class", "last_outcome_about", t->last_outcome);
	json_field_int(j, "failures", t->failures);
	json_end(j);
}

void view_json_article(struct json *j, const struct article_row *a)
{
	json_object(j);
	json_field_int(j, "article", a->id);
	json_field_str(j, "source", a->source_key);
	json_field_str(j, "source_name", a->source_name);
	json_field_str(j, "url", a->url);
	json_field_str(j, "title", a->title);
	json_field_str(j, "language", a->language);
	json_field_when(j, "published", a->published);
	json_field_when(j, "first_seen", a->first_seen);
	json_field_when(j, "last_change", a->last_change);
	json_field_when(j, "last_check", a->last_check);
	json_field_when(j, "next_check", a->next_check);
	json_field_str(j, "last_outcome", a->last_outcome);
	field_meaning(j, "last_outcome_class", "last_outcome_about", a->last_outcome);
	json_field_str(j, "state", str_from(target_state_name(a->state)));
	json_field_int(j, "versions", a->versions);
	json_field_int(j, "flips", a->flips);
	field_path(j, "page", "/articles/%lld", (long long)a->id);
	json_end(j);
}

static void field_hash(struct json *j, const char *key, const struct sha256 *h)
{
	char hex[SHA256_TEXT];
	json_field_str(j, key, str_from(sha256_hex(h, hex)));
}

void view_json_version(struct json *j, const struct version *v)
{
	json_object(j);
	json_field_int(j, "article", v->article);
	json_field_int(j, "version", v->number);
	json_field_when(j, "first_seen", v->first_seen);
	json_field_when(j, "last_seen", v->last_seen);
	json_field_when(j, "before", v->before);
	if (v->later >= 0)
		json_field_int(j, "later", v->later);
	else
		json_field_null(j, "later");
	field_hash(j, "identity", &v->identity);
	json_field_str(j, "title", v->title);
	json_field_str(j, "bylines", v->bylines);
	json_field_when(j, "published", v->published);
	json_field_when(j, "modified", v->modified);
	json_field_int(j, "words", v->words);
	field_remade(j, v->remade);
	field_path(j, "page", "/articles/%lld/versions/%lld", (long long)v->article, (long long)v->number);
	json_end(j);
}

static void put_furniture(struct json *j, const struct furniture *f)
{
	json_field_int(j, "id", f->id);
	json_field_str(j, "rule", str_from(furniture_rule_name(f->rule)));
	json_field_bool(j, "in_force", f->since != WHEN_NONE);
	json_field_str(j, "verdict", str_from(furniture_verdict_name(f->verdict)));
	json_field_int(j, "articles", f->articles);
	json_field_int(j, "of", f->of);
	json_field_when(j, "first", f->first);
	json_field_when(j, "last", f->last);
	json_field_when(j, "since", f->since);
	json_field_when(j, "left_out", f->left_out);
	json_field_str(j, "sample", f->sample);
}

void view_json_furniture(struct json *j, const struct furniture *f)
{
	json_object(j);
	put_furniture(j, f);
	json_end(j);
}

void view_json_left_out(struct json *j, const struct left_out *list, const struct furniture *what, size_t n)
{
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		if (list[i].block >= 0)
			json_field_int(j, "block", list[i].block);
		else
			json_field_null(j, "block");
		json_field_bool(j, "doubtful", list[i].doubtful);
		json_key(j, "furniture");
		if (what[i].id)
			view_json_furniture(j, &what[i]);
		else
			json_null(j);
		json_end(j);
	}
	json_end(j);
}

void view_json_text(struct json *j, const struct article *text)
{
	json_object(j);
	json_field_str(j, "title", text->title);
	json_field_str(j, "standfirst", text->standfirst);
	json_key(j, "bylines");
	json_array(j);
	for (size_t i = 0; i < text->nbylines; i++)
		json_str(j, text->bylines[i]);
	json_end(j);
	json_field_str(j, "agency", text->agency);
	json_field_str(j, "language", text->language);
	json_field_str(j, "section", text->section);
	json_field_when(j, "published", text->published);
	json_field_str(j, "published_text", text->published_text);
	json_field_when(j, "modified", text->modified);
	json_field_str(j, "modified_text", text->modified_text);
	json_key(j, "blocks");
	json_array(j);
	for (size_t i = 0; i < text->nblocks; i++) {
		json_object(j);
		json_field_str(j, "kind", str_from(block_kind_name(text->blocks[i].kind)));
		if (text->blocks[i].kind == BLOCK_ENTRY)
			json_field_when(j, "at", text->blocks[i].at);
		json_field_str(j, "text", text->blocks[i].text);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

/* ---- search, checks, status --------------------------------------------- */

/* Without the marks around the matches. */
static void field_snippet(struct json *j, const char *name, struct str snippet)
{
	struct buf b = BUF_INIT(64 * KIB);

	for (size_t i = 0; i < snippet.n; i++)
		if (snippet.p[i] != '\x02' && snippet.p[i] != '\x03')
			buf_byte(&b, snippet.p[i]);
	json_field_str(j, name, buf_view(&b));
	buf_free(&b);
}

static void put_hit(struct json *j, const struct search_hit *hit)
{
	json_object(j);
	field_snippet(j, "snippet", hit->snippet);
	if (hit->number) {
		json_key(j, "change");
		json_object(j);
		json_field_int(j, "older", hit->number - 1);
		json_field_int(j, "newer", hit->number);
		json_field_when(j, "before", hit->before);
		json_field_when(j, "first_seen", hit->first_seen);
		field_snippet(j, "removed", hit->removed);
		field_snippet(j, "added", hit->added);
		json_end(j);
	} else {
		json_field_null(j, "change");
	}
	json_key(j, "article");
	view_json_article(j, &hit->article);
	json_end(j);
}

void view_json_found(struct json *j, const struct search_found *f)
{
	json_field_str(j, "found", f->of_changes ? STR("changes") : STR("articles"));
	json_field_int(j, "total", f->total);
	json_field_bool(j, "more", f->more);
	json_key(j, "hits");
	json_array(j);
	for (size_t i = 0; i < f->n; i++)
		put_hit(j, &f->hits[i]);
	json_end(j);
}

void view_json_check(struct json *j, const struct check *c, const struct target *t)
{
	json_object(j);
	json_field_when(j, "at", c->at);
	json_field_str(j, "outcome", c->outcome);
	field_meaning(j, "class", "about", c->outcome);
	json_field_int(j, "status", c->status);
	json_field_str(j, "detail", c->detail);
	json_field_int(j, "milliseconds", c->wall_ms);
	json_field_int(j, "bytes", c->bytes);
	json_field_str(j, "content_type", c->content_type);
	json_field_str(j, "origin", c->origin);
	json_field_str(j, "final_url", c->url);
	if (t) {
		json_key(j, "target");
		view_json_target(j, t);
	}
	json_end(j);
}

void view_json_status(struct json *j, const struct archive_status *s)
{
	const struct {
		const char *key;
		int64_t n;
	} counts[] = { { "sources", s->sources },
		       { "feeds", s->feeds },
		       { "articles", s->articles },
		       { "versions", s->versions },
		       { "changes", s->changes },
		       { "checks", s->checks },
		       { "checked", s->checked },
		       { "given_up", s->given_up },
		       { "gone", s->gone },
		       { "unwatched", s->unwatched },
		       { "imported", s->imported },
		       { "due", s->due },
		       { "blob_bytes", s->blob_bytes },
		       { "packed_bytes", s->packed_bytes },
		       { "file_bytes", s->file_bytes },
		       { "room_bytes", s->room } };

	json_object(j);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		json_field_int(j, counts[i].key, counts[i].n);
	json_field_when(j, "next_due", s->next_due);
	json_field_when(j, "last_check", s->last_check);
	json_key(j, "day");
	json_object(j);
	for (size_t i = 0; i < s->nday; i++) {
		char name[64];
		snprintf(name, sizeof name, "%.*s", STR_ARG(s->day[i].outcome));
		json_field_int(j, name, s->day[i].checks);
	}
	json_end(j);
	json_end(j);
}
