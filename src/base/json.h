/*
 * Writes JSON (RFC 8259) into a buffer, as it comes.
 *
 *     struct json j = JSON_INIT(&buf);
 *     json_object(&j);
 *     json_key(&j, "title");  json_str(&j, title);
 *     json_end(&j);
 *
 * Commas and closing brackets are its work.  Strings that are not valid UTF-8
 * have the bad bytes replaced by U+FFFD; "<", ">", "&", line separators, control
 * characters and bidirectional controls are written as escapes, so that the
 * text is safe inside HTML and on a terminal too.
 */
#ifndef STET_BASE_JSON_H
#define STET_BASE_JSON_H

#include "base/buf.h"
#include "base/when.h"

/* jansson, which reads JSON for us, has functions of these names: with our own
 * in the program's static library, a call meant for jansson would end here.
 * Other names for the linker; a file that includes both includes <jansson.h>
 * first. */
#define json_object stet_json_object
#define json_array stet_json_array
#define json_real stet_json_real
#define json_null stet_json_null

#define JSON_DEPTH 32

struct json {
	struct buf *out;
	unsigned depth;
	bool any[JSON_DEPTH]; /* something was written at this depth */
	char close[JSON_DEPTH];
	bool after_key;
};

#define JSON_INIT(buffer) ((struct json){ .out = (buffer) })

void json_object(struct json *j);
void json_array(struct json *j);
void json_end(struct json *j); /* closes the innermost object or array */
void json_key(struct json *j, const char *key);

void json_str(struct json *j, struct str s);
void json_int(struct json *j, int64_t n);
void json_real(struct json *j, double x); /* not finite: null */
void json_bool(struct json *j, bool b);
void json_null(struct json *j);
void json_when(struct json *j, when t); /* RFC 3339 in UTC, or null */

/* Key and value together. */
void json_field_str(struct json *j, const char *key, struct str s);
void json_field_int(struct json *j, const char *key, int64_t n);
void json_field_real(struct json *j, const char *key, double x);
void json_field_bool(struct json *j, const char *key, bool b);
void json_field_when(struct json *j, const char *key, when t);
void json_field_null(struct json *j, const char *key);

#endif
