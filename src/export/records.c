/* Single records: see records.h. */
#include "export/records.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "export/message.h"

#define MAX_RECORD (MAX_BODY_BYTES + MIB)

struct records {
	struct sink *to;
	struct packer_of_members *members;
	struct buf plain;
	uint64_t begin;
	char info[RECORD_ID_TEXT]; /* the warcinfo record's name */
};

struct records *records_new(const struct export_wish *w, struct sink *to)
{
	struct records *r = mem_zalloc(1, sizeof *r);

	r->to = to;
	r->begin = sink_bytes(to);
	r->members = members_new(w->zstd);
	r->plain = BUF_INIT(MAX_RECORD);
	return r;
}

void records_free(struct records *r)
{
	if (!r)
		return;
	members_free(r->members);
	buf_free(&r->plain);
	free(r);
}

void record_name(struct record_out *o, int64_t check, struct str address)
{
	struct buf b = BUF_INIT(MAX_URL_BYTES * 4);
	char hex[SHA256_TEXT];

	buf_printf(&b, "%s %lld %lld %.*s", o->type, (long long)check, (long long)o->at, STR_ARG(address));
	struct sha256 h = hash_sha256(buf_view(&b));
	buf_free(&b);
	/* RFC 9562: version 8, made in a way of one's own. */
	h.bytes[6] = (h.bytes[6] & 0x0f) | 0x80;
	h.bytes[8] = (h.bytes[8] & 0x3f) | 0x80;
	sha256_hex(&h, hex);
	snprintf(o->id, sizeof o->id, "<urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s>", hex, hex + 8, hex + 12, hex + 16,
	         hex + 20);
}

void record_field(struct record_out *o, const char *name, struct str value)
{
	if (!value.n)
		return;
	buf_printf(&o->fields, "%s: ", name);
	message_put_value(value, &o->fields);
}

struct str record_uri(struct arena *a, struct str address)
{
	struct buf b = BUF_INIT(4 * MAX_URL_BYTES);

	if (str_find_byte(address, ':') == STR_NPOS)
		buf_puts(&b, "imported:");
	for (size_t i = 0; i < address.n; i++) {
		unsigned char c = (unsigned char)address.p[i];
		if (c <= ' ' || c == '<' || c == '>' || c >= 0x7f)
			buf_printf(&b, "%%%02X", c);
		else
			buf_byte(&b, (char)c);
	}
	struct str uri = arena_str(a, buf_view(&b));
	buf_free(&b);
	return uri;
}

static struct sha256 hash_block(const struct record_out *o, struct buf *plain)
{
	buf_reset(plain);
	buf_str(plain, o->head);
	buf_str(plain, o->body);
	return hash_sha256(buf_view(plain));
}

static void put_head(struct records *r, const struct record_out *o)
{
	struct sha256 block = hash_block(o, &r->plain);
	char hex[SHA256_TEXT], at[WHEN_TEXT];
	struct buf *b = &r->plain;

	buf_reset(b);
	buf_printf(b, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: %s\r\nWARC-Date: %s\r\n", o->type, o->id,
	           when_iso(o->at, at));
	if (o->uri.n)
		buf_printf(b, "WARC-Target-URI: %.*s\r\n", STR_ARG(o->uri));
	if (r->info[0])
		buf_printf(b, "WARC-Warcinfo-ID: %s\r\n", r->info);
	buf_str(b, buf_view(&o->fields));
	if (o->payload)
		buf_printf(b, "WARC-Payload-Digest: sha256:%s\r\n", sha256_hex(o->payload, hex));
	buf_printf(b, "WARC-Block-Digest: sha256:%s\r\nContent-Type: ", sha256_hex(&block, hex));
	message_put_value(o->content_type, b);
	buf_printf(b, "Content-Length: %zu\r\n\r\n", o->head.n + o->body.n);
}

bool record_put(struct records *r, struct record_out *o, uint64_t *offset, uint64_t *length, struct err *e)
{
	put_head(r, o);
	buf_free(&o->fields);
	buf_str(&r->plain, o->head);
	buf_str(&r->plain, o->body);
	buf_puts(&r->plain, "\r\n\r\n");
	if (!r->info[0])
		memcpy(r->info, o->id, sizeof r->info);
	*offset = sink_bytes(r->to) - r->begin;
	struct str member = members_pack(r->members, buf_view(&r->plain));
	*length = member.n;
	sink_put(r->to, member);
	return (member.n && !r->plain.full) ||
	       err_set(e, ERR_LIMIT, "a record is larger than %zu MiB", MAX_RECORD / MIB);
}
