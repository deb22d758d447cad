/*
 * Tokens of HTML: section 13.2.5 of the HTML Standard.
 *
 * Text goes in, tags, texts, comments and doctypes come out, one a call.  The
 * tree builder says after each start tag how what follows is to be read.
 * Strings of a token point into the text, or into the arena where they had to
 * be changed; the list of attributes is the tokenizer's and good until the next
 * token.
 *
 * Parse errors are not told.  Costs time and memory in proportion to the text.
 */
#ifndef STET_HTML_TOKENIZER_H
#define STET_HTML_TOKENIZER_H

#include "base/limits.h"
#include "html/html.h"

enum token_kind { TOKEN_END_OF_TEXT, TOKEN_TEXT, TOKEN_START, TOKEN_END, TOKEN_COMMENT, TOKEN_DOCTYPE };

struct token {
	enum token_kind kind;
	uint16_t tag;        /* html/names.h */
	bool self_closing;
	bool has_nul;        /* a text: the tree builder drops or replaces them */
	struct str name;     /* of a TAG_OTHER element, or of a doctype; lower case */
	struct str text;     /* of a text or comment */
	struct html_attr *attrs;
	unsigned nattrs;
	struct doctype *doctype;
};

struct doctype {
	bool has_public, has_system, quirks;
	struct str public_id, system_id;
};

/* How what comes is to be read. */
enum content {
	CONTENT_DATA,
	CONTENT_RCDATA,   /* text with references, up to the end tag */
	CONTENT_RAWTEXT,  /* text up to the end tag */
	CONTENT_SCRIPT,   /* likewise, but for what a comment in it hides */
	CONTENT_PLAINTEXT /* text to the end */
};

struct tokenizer {
	struct str text;
	size_t at;
	struct arena *arena;
	enum content content;
	uint16_t raw_tag;  /* the element whose end tag ends the content */
	bool in_foreign;   /* set by the tree builder: "<![CDATA[" begins a text */
	bool has_nul;      /* there is one somewhere */
	bool all_attrs;    /* keep also those that are not in attrs.inc */
	bool too_laden;    /* a tag had more than MAX_HTML_ATTRIBUTES */
	struct doctype doctype;
	struct html_attr attrs[MAX_HTML_ATTRIBUTES];
};

/* text is UTF-8 with line ends as "\n". */
void tokenizer_init(struct tokenizer *t, struct arena *a, struct str text);
void tokenizer_next(struct tokenizer *t, struct token *out);

/* markup.c: what begins with "<!" or "<?", or "</" without a name.  t->at is behind these two bytes. */
void markup_comment(struct tokenizer *t, struct token *out); /* bogus: up to ">" */
void markup_declaration(struct tokenizer *t, struct token *out);

/* markup.c: a comment's, name's or script's text, in which no NUL may stand. */
struct str markup_without_nuls(const struct tokenizer *t, struct str s);
struct str markup_lower(const struct tokenizer *t, struct str s); /* likewise, in lower case */

/* markup.c: where the text of a script ends whose content begins at t->at. */
size_t markup_script_end(const struct tokenizer *t);
/* Whether "</" and the name, and nothing more of it, stands at s.p[at]. */
bool markup_is_end_tag(struct str s, size_t at, struct str name);

#endif
