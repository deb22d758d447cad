/*
 * TimeMaps: lists of captures, in link format (RFC 6690, RFC 7089 section 5)
 * and in the JSON that aggregators of archives use: see memento.h.
 */
#include "base/json.h"
#include "serve/memento.h"

struct str memento_gate(const struct memento_set *s)
{
	return ARENA_JOIN(s->arena, s->call->base, STR("/timegate/"), s->uri);
}

struct str memento_map(const struct memento_set *s, enum route_kind kind)
{
	struct str form = kind == ROUTE_MAP_JSON ? STR("/timemap/json/") : STR("/timemap/link/");
	return ARENA_JOIN(s->arena, s->call->base, form, s->uri);
}

/* The page that begins with a capture; the first is the TimeMap itself. */
static struct str map_page(const struct memento_set *s, size_t from)
{
	struct str map = memento_map(s, s->call->kind);
	char digits[WHEN_TEXT];

	if (from == 0)
		return map;
	return ARENA_JOIN(s->arena, str_sub(map, 0, map.n - s->uri.n), str_from(when_digits(s->list[from].at, digits)),
	                  STR("/"), s->uri);
}

static size_t page_end(const struct memento_set *s, size_t from)
{
	return s->n - from > MEMENTO_PAGE ? from + MEMENTO_PAGE : s->n;
}

static struct str memento_of(const struct memento_set *s, size_t i)
{
	return ARENA_JOIN(s->arena, s->call->captures, capture_path(s->arena, s->list[i].at, STR_NONE, s->uri));
}

/* ---- link format ---------------------------------------------------------- */

static void put_page_link(const struct memento_set *s, size_t from, const char *rel, struct buf *out)
{
	char begins[WHEN_TEXT], ends[WHEN_TEXT];
	struct str page = map_page(s, from);

	buf_printf(out, ",\n<%.*s>; rel=\"%s\"; type=\"application/link-format\"; from=\"%s\"; until=\"%s\"",
	           STR_ARG(page), rel, when_http(s->list[from].at, begins),
	           when_http(s->list[page_end(s, from) - 1].at, ends));
}

static void write_links(const struct memento_set *s, size_t from, struct buf *out)
{
	struct str gate = memento_gate(s);
	char at[WHEN_TEXT];

	buf_printf(out, "<%.*s>; rel=\"original\"", STR_ARG(s->uri));
	put_page_link(s, from, "self", out);
	buf_printf(out, ",\n<%.*s>; rel=\"timegate\"", STR_ARG(gate));
	for (size_t page = 0; s->n > MEMENTO_PAGE && page < s->n; page += MEMENTO_PAGE)
		if (page != from)
			put_page_link(s, page, "timemap", out);
	for (size_t i = from; i < page_end(s, from); i++) {
		struct str uri = memento_of(s, i);
		buf_printf(out, ",\n<%.*s>; rel=\"%s%smemento\"; datetime=\"%s\"", STR_ARG(uri), i == 0 ? "first " : "",
		           i + 1 == s->n ? "last " : "", when_http(s->list[i].at, at));
	}
	buf_byte(out, '\n');
}

/* ---- JSON ----------------------------------------------------------------- */

static void put_memento(struct json *j, const struct memento_set *s, size_t i)
{
	json_object(j);
	json_field_when(j, "datetime", s->list[i].at);
	json_field_str(j, "uri", memento_of(s, i));
	json_end(j);
}

static void put_mementos(struct json *j, const struct memento_set *s, size_t from)
{
	json_key(j, "mementos");
	json_object(j);
	json_key(j, "first");
	put_memento(j, s, 0);
	json_key(j, "last");
	put_memento(j, s, s->n - 1);
	json_key(j, "list");
	json_array(j);
	for (size_t i = from; i < page_end(s, from); i++)
		put_memento(j, s, i);
	json_end(j);
	json_end(j);
}

static void put_pages(struct json *j, const struct memento_set *s)
{
	json_key(j, "pages");
	json_array(j);
	for (size_t page = 0; page < s->n; page += MEMENTO_PAGE) {
		json_object(j);
		json_field_str(j, "uri", map_page(s, page));
		json_field_when(j, "from", s->list[page].at);
		json_field_when(j, "until", s->list[page_end(s, page) - 1].at);
		json_end(j);
	}
	json_end(j);
}

static void write_json(const struct memento_set *s, size_t from, struct buf *out)
{
	struct json j = JSON_INIT(out);

	json_object(&j);
	json_field_str(&j, "original_uri", s->uri);
	json_field_str(&j, "self", map_page(s, from));
	put_mementos(&j, s, from);
	put_pages(&j, s);
	json_key(&j, "timemap_uri");
	json_object(&j);
	json_field_str(&j, "link_format", memento_map(s, ROUTE_MAP_LINK));
	json_field_str(&j, "json_format", memento_map(s, ROUTE_MAP_JSON));
	json_end(&j);
	json_field_str(&j, "timegate_uri", memento_gate(s));
	json_end(&j);
	buf_byte(out, '\n');
}

void memento_write_map(const struct memento_set *s, size_t from, struct buf *out)
{
	if (s->call->kind == ROUTE_MAP_JSON)
		write_json(s, from, out);
	else
		write_links(s, from, out);
}
