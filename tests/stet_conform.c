/*
 * Not a test: answers the questions of conformance suites, for a runner that
 * knows what the answers should be.
 *
 *     stet-conform [conform]
 *
 * Standard input: {"id":..,"op":..,"in":{..}} a line; standard output:
 * {"id":..,"out":..} a line, or {"id":..,"skip":"op"} for an operation that the
 * program does not have.  Members whose names end in _b64 are base64.
 *
 * Text that holds half a surrogate pair cannot be said in UTF-8: as browsers
 * do, U+FFFD is read there.
 */
#include "conform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct op *const tables[] = { conform_text_ops, conform_html_ops, conform_url_ops, conform_feed_ops };

struct str ask_str(const struct ask *q, const char *key)
{
	const json_t *value = json_object_get(q->in, key);
	return value && json_is_string(value) ? str_of(json_string_value(value), json_string_length(value)) : STR_NONE;
}

bool ask_true(const struct ask *q, const char *key)
{
	return json_is_true(json_object_get(q->in, key));
}

struct str ask_bytes(const struct ask *q, const char *key)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct str text = ask_str(q, key);
	char *out = arena_alloc(q->arena, text.n + 1);
	unsigned bits = 0, nbits = 0;
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char *digit = memchr(digits, text.p[i], sizeof(digits) - 1);
		if (!digit)
			break;
		bits = bits << 6 | (unsigned)(digit - digits);
		nbits += 6;
		if (nbits >= 8)
			out[n++] = (char)(bits >> (nbits -= 8) & 0xff);
	}
	return str_of(out, n);
}

/* The code unit of an escape "\uXXXX" at s.p[i], or -1. */
static long escaped_unit(struct str s, size_t i)
{
	char hex[5] = { 0 }, *end;

	if (i + 6 > s.n || s.p[i] != '\\' || s.p[i + 1] != 'u')
		return -1;
	memcpy(hex, s.p + i + 2, 4);
	long unit = strtol(hex, &end, 16);
	return end == hex + 4 ? unit : -1;
}

static void mend_surrogates(char *line, size_t n)
{
	struct str s = str_of(line, n);

	for (size_t i = 0; i < n; i++) {
		long unit = escaped_unit(s, i), next = unit < 0 ? -1 : escaped_unit(s, i + 6);
		if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000)
			i += 6;
		else if (unit >= 0xd800 && unit < 0xe000)
			memcpy(line + i + 2, "fffd", 4);
		i += line[i] == '\\';
	}
}

static const struct op *find_op(const char *name)
{
	for (size_t t = 0; name && t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct op *op = tables[t]; op->name; op++)
			if (!strcmp(op->name, name))
				return op;
	return NULL;
}

static void answer(struct arena *a, char *line, size_t n)
{
	struct buf out = BUF_INIT(16 * MAX_BODY_BYTES);
	struct json j = JSON_INIT(&out);

	mend_surrogates(line, n);
	json_t *question = json_loadb(line, n, JSON_ALLOW_NUL, NULL);
	struct ask q = { a, json_object_get(question, "in"), &j };
	const struct op *op = find_op(json_string_value(json_object_get(question, "op")));
	json_object(&j);
	json_field_str(&j, "id", str_from(json_string_value(json_object_get(question, "id"))));
	if (op) {
		json_key(&j, "out");
		op->answer(&q);
	} else {
		json_field_str(&j, "skip", STR("op"));
	}
	json_end(&j);
	puts(buf_cstr(&out));
	fflush(stdout);
	json_decref(question);
	buf_free(&out);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	char *line = NULL;
	size_t room = 0;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "conform") != 0)) {
		fprintf(stderr, "usage: %s [conform]\n", argv[0]);
		return 2;
	}
	for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
		answer(a, line, (size_t)n);
		arena_reset(a);
	}
	free(line);
	arena_free(a);
	return 0;
}
