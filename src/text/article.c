/* Articles: see article.h. */
#include "text/article.h"

#include "base/wire.h"

const char *block_kind_name(enum block_kind k)
{
	static const char *const names[BLOCK_KINDS] = {
		[BLOCK_PARAGRAPH] = "paragraph",
		[BLOCK_HEADING] = "heading",
		[BLOCK_ITEM] = "item",
		[BLOCK_QUOTE] = "quotation",
		[BLOCK_CAPTION] = "caption",
		[BLOCK_PULLQUOTE] = "pull-quote",
		[BLOCK_ROW] = "row",
		[BLOCK_ENTRY] = "entry",
	};
	return k < BLOCK_KINDS ? names[k] : "?";
}

/* What a reader sees; shared by the identity and the full form. */
static void encode_seen(const struct article *a, struct buf *out)
{
	wire_put_str(out, a->title);
	wire_put_str(out, a->standfirst);
	wire_put_u64(out, a->nbylines);
	for (size_t i = 0; i < a->nbylines; i++)
		wire_put_str(out, a->bylines[i]);
	wire_put_u64(out, a->nblocks);
	for (size_t i = 0; i < a->nblocks; i++) {
		wire_put_u64(out, a->blocks[i].kind);
		wire_put_str(out, a->blocks[i].text);
	}
}

struct sha256 article_identity(const struct article *a)
{
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);
	encode_seen(a, &b);
	struct sha256 h = hash_sha256(buf_view(&b));
	buf_free(&b);
	return h;
}

static size_t count_words(struct str s)
{
	size_t words = 0;
	bool inside = false;

	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		if (c >= 0x2e80 && c < 0xe000) { /* each East Asian character counts */
			words++;
			inside = false;
			continue;
		}
		bool space = c == ' ';
		words += !space && !inside;
		inside = !space;
	}
	return words;
}

size_t article_words(const struct article *a)
{
	size_t words = count_words(a->title);
	for (size_t i = 0; i < a->nblocks; i++)
		words += count_words(a->blocks[i].text);
	return words;
}

void article_encode(const struct article *a, struct buf *out)
{
	encode_seen(a, out);
	wire_put_str(out, a->agency);
	wire_put_str(out, a->language);
	wire_put_str(out, a->section);
	wire_put_i64(out, a->published);
	wire_put_i64(out, a->modified);
	wire_put_str(out, a->published_text);
	wire_put_str(out, a->modified_text);
	for (size_t i = 0; i < a->nblocks; i++)
		if (a->blocks[i].kind == BLOCK_ENTRY)
			wire_put_i64(out, a->blocks[i].at);
}

bool article_decode(struct str message, struct arena *arena, struct article *out)
{
	struct wire w = WIRE_INIT(message);
	size_t bytes = 0;

	*out = (struct article){ 0 };
	out->title = wire_str(&w);
	w.bad |= out->title.n > MAX_TITLE_BYTES;
	out->standfirst = wire_str(&w);
	out->nbylines = wire_count(&w, MAX_BYLINES);
	for (size_t i = 0; i < out->nbylines; i++)
		out->bylines[i] = wire_str(&w);
	out->nblocks = wire_count(&w, MAX_BLOCKS);
	out->blocks = ARENA_ARRAY(arena, struct block, out->nblocks);
	for (size_t i = 0; i < out->nblocks; i++) {
		uint64_t kind = wire_u64(&w);
		struct str text = wire_str(&w);
		bytes += text.n;
		w.bad |= kind >= BLOCK_KINDS || text.n == 0 || text.n > MAX_BLOCK_BYTES || bytes > MAX_ARTICLE_BYTES;
		out->blocks[i] = (struct block){ .kind = (enum block_kind)kind, .at = WHEN_NONE, .text = text };
	}
	out->agency = wire_str(&w);
	out->language = wire_str(&w);
	out->section = wire_str(&w);
	out->published = wire_i64(&w);
	out->modified = wire_i64(&w);
	out->published_text = wire_str(&w);
	out->modified_text = wire_str(&w);
	for (size_t i = 0; i < out->nblocks && !w.bad; i++)
		if (out->blocks[i].kind == BLOCK_ENTRY)
			out->blocks[i].at = wire_i64(&w);
	return wire_done(&w);
}

void article_copy(const struct article *a, struct arena *arena, struct article *out)
{
	*out = *a;
	out->title = arena_str(arena, a->title);
	out->standfirst = arena_str(arena, a->standfirst);
	for (size_t i = 0; i < a->nbylines; i++)
		out->bylines[i] = arena_str(arena, a->bylines[i]);
	out->agency = arena_str(arena, a->agency);
	out->language = arena_str(arena, a->language);
	out->section = arena_str(arena, a->section);
	out->published_text = arena_str(arena, a->published_text);
	out->modified_text = arena_str(arena, a->modified_text);
	out->blocks = ARENA_ARRAY(arena, struct block, a->nblocks);
	for (size_t i = 0; i < a->nblocks; i++) {
		out->blocks[i] = a->blocks[i];
		out->blocks[i].text = arena_str(arena, a->blocks[i].text);
	}
}

void article_print(const struct article *a, struct buf *out)
{
	buf_str(out, a->title);
	buf_byte(out, '\n');
	if (a->standfirst.n) {
		buf_str(out, a->standfirst);
		buf_byte(out, '\n');
	}
	for (size_t i = 0; i < a->nbylines; i++) {
		buf_puts(out, i ? ", " : "By ");
		buf_str(out, a->bylines[i]);
	}
	if (a->nbylines)
		buf_byte(out, '\n');
	if (a->agency.n) {
		buf_puts(out, "Agency: ");
		buf_str(out, a->agency);
		buf_byte(out, '\n');
	}
	for (size_t i = 0; i < a->nblocks; i++) {
		const struct block *b = &a->blocks[i];
		buf_puts(out, b->kind == BLOCK_HEADING ? "\n# "
		              : b->kind == BLOCK_ITEM  ? "\n- "
		              : b->kind == BLOCK_QUOTE ? "\n> "
		                                       : "\n");
		buf_str(out, b->text);
		buf_byte(out, '\n');
	}
}
