/*
 * Learning what is furniture: see learn.h for the rules and the way of a page.
 *
 * What is counted is kept one row an article, for the last LESSONS articles of
 * a source (the table "lessons"): a hash of each line as it was read, of each
 * line that came later and with an edit, and of each place, with what happened
 * there between two fetches.  A count is a walk over these rows, about 25 kB at
 * most.  So an article counts once, however often it is fetched, old ones fall
 * out by themselves, and nothing is kept for a line that stands in one article.
 *
 * A line or place that comes up to its bar is in force from then on: a rule
 * that came and went would make versions itself.  Only a person lifts one, or a
 * rebuild that learns anew; where a source has too many, those that were not
 * needed for the longest time go.
 *
 * A hash in a lesson has 32 bits: of 5,000 lines one in a million agrees with
 * another by chance, and three must agree.
 */
#include "watch/learn.h"

#include <string.h>

#define LESSONS 128        /* articles of a source */
#define MOST_LINES 200     /* of an article: as many from its begin as from its end */
#define MOST_LATE 32       /* lines that came with an edit */
#define MOST_PLACES 64     /* of an article */
#define MOST_FURNITURE 200 /* rows of a source */
#define MOST_TAKEN 2       /* rules leave out at most one in so many bytes of an article */
#define SAMPLE_BYTES 160
#define LEFT_OUT_STEP (1 * HOURS)

/* In so many articles, and in so many of a hundred that could show it. */
struct bar {
	uint32_t articles, percent;
};
/* Which blocks: doubtful ones, or also those that are sure to be the article's. */
static const struct bar bars[][2] = {
	[FURNITURE_REPEATS] = { { 3, 20 }, { 10, 50 } },
	[FURNITURE_CHURNS] = { { 3, 25 }, { 5, 50 } },
};

/* ---- evidence ------------------------------------------------------------ */

enum { PLACE_CHURNED = 1, PLACE_EDITED = 2 };

struct evidence_place {
	uint32_t place;
	uint8_t flags;
};

/* What one article showed. */
struct seen {
	bool paired; /* two fetches of it were compared */
	uint32_t lines[MOST_LINES], late[MOST_LATE];
	struct evidence_place places[MOST_PLACES];
	size_t nlines, nlate, nplaces;
};

static void put_u32(struct buf *b, uint32_t v)
{
	char c[4] = { (char)(v & 0xff), (char)(v >> 8 & 0xff), (char)(v >> 16 & 0xff), (char)(v >> 24) };

	buf_put(b, c, sizeof c);
}

static uint32_t get_u32(const char *p)
{
	const unsigned char *c = (const unsigned char *)p;

	return c[0] | (uint32_t)c[1] << 8 | (uint32_t)c[2] << 16 | (uint32_t)c[3] << 24;
}

/* Four bytes: compared or not, and how many of each; then the hashes. */
#define SEEN_HEAD 4
#define MOST_SEEN_BYTES (SEEN_HEAD + 4 * (MOST_LINES + MOST_LATE) + 5 * MOST_PLACES)

static struct str seen_encode(struct arena *a, const struct seen *s)
{
	struct buf b = BUF_INIT(MOST_SEEN_BYTES);

	buf_byte(&b, (char)s->paired);
	buf_byte(&b, (char)s->nlines);
	buf_byte(&b, (char)s->nlate);
	buf_byte(&b, (char)s->nplaces);
	for (size_t i = 0; i < s->nlines; i++)
		put_u32(&b, s->lines[i]);
	for (size_t i = 0; i < s->nlate; i++)
		put_u32(&b, s->late[i]);
	for (size_t i = 0; i < s->nplaces; i++) {
		put_u32(&b, s->places[i].place);
		buf_byte(&b, (char)s->places[i].flags);
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

static void seen_decode(struct str bytes, struct seen *s)
{
	const char *p = bytes.p;

	memset(s, 0, sizeof *s);
	if (bytes.n < SEEN_HEAD)
		return;
	size_t nlines = (unsigned char)p[1], nlate = (unsigned char)p[2], nplaces = (unsigned char)p[3];
	if (nlines > MOST_LINES || nlate > MOST_LATE || nplaces > MOST_PLACES ||
	    bytes.n != SEEN_HEAD + 4 * (nlines + nlate) + 5 * nplaces)
		return;
	s->paired = p[0] != 0;
	p += SEEN_HEAD;
	for (; s->nlines < nlines; p += 4)
		s->lines[s->nlines++] = get_u32(p);
	for (; s->nlate < nlate; p += 4)
		s->late[s->nlate++] = get_u32(p);
	for (; s->nplaces < nplaces; p += 5)
		s->places[s->nplaces++] = (struct evidence_place){ get_u32(p), (uint8_t)p[4] };
}

static bool among(const uint32_t *list, size_t n, uint32_t what)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == what)
			return true;
	return false;
}

static const struct evidence_place *seen_place(const struct seen *s, uint32_t place)
{
	for (size_t i = 0; i < s->nplaces; i++)
		if (s->places[i].place == place)
			return &s->places[i];
	return NULL;
}

/* Adds the place if there is room, and what happened there. */
static void add_place(struct seen *s, uint32_t place, uint8_t flags)
{
	for (size_t i = 0; i < s->nplaces; i++)
		if (s->places[i].place == place) {
			s->places[i].flags |= flags;
			return;
		}
	if (s->nplaces < MOST_PLACES)
		s->places[s->nplaces++] = (struct evidence_place){ .place = place, .flags = flags };
}

/* The lines and places of a page as it was read. */
static void seen_page(const struct learn_text *t, struct seen *s)
{
	size_t n = t->text.nblocks;

	for (size_t i = 0; i < n; i++) {
		if (n > MOST_LINES && i == MOST_LINES / 2)
			i = n - MOST_LINES / 2;
		uint32_t line = (uint32_t)hash_quick(t->text.blocks[i].text);
		if (s->nlines < MOST_LINES && !among(s->lines, s->nlines, line))
			s->lines[s->nlines++] = line;
		uint32_t place = t->traits ? (uint32_t)t->traits[i].place : 0;
		if (place)
			add_place(s, place, 0);
	}
}

static void mark_place(struct seen *s, const struct learn_text *t, uint32_t block, uint8_t flag)
{
	uint64_t place = t->traits ? t->traits[block].place : 0;

	if (place && unlike_aside(t, place))
		add_place(s, (uint32_t)place, flag);
}

/* What only came or went may be an editor's addition: a place churns when
 * something else stands there. */
static bool was_replaced(const struct learned *l, uint32_t block)
{
	const struct unlike *u = &l->unlike;

	for (size_t i = 0; i < u->nolds && l->newest.traits && l->page.traits; i++)
		if (l->newest.traits[u->olds[i]].place == l->page.traits[block].place)
			return true;
	return false;
}

/* What the comparison with the newest version showed. */
static void seen_pair(const struct learned *l, struct seen *s)
{
	const struct unlike *u = &l->unlike;

	for (size_t i = 0; i < u->nolds && !u->still; i++)
		mark_place(s, &l->newest, u->olds[i], PLACE_EDITED);
	for (size_t i = 0; i < u->nnews; i++) {
		if (!u->still)
			mark_place(s, &l->page, u->news[i], PLACE_EDITED);
		else if (was_replaced(l, u->news[i]))
			mark_place(s, &l->page, u->news[i], PLACE_CHURNED);
		uint32_t line = (uint32_t)hash_quick(l->page.text.blocks[u->news[i]].text);
		if (!u->still && s->nlate < MOST_LATE && !among(s->late, s->nlate, line))
			s->late[s->nlate++] = line;
	}
}

/* Nothing that one page says speaks against this block. */
static bool is_sure(const struct learn_text *t, size_t i)
{
	return !t->traits || !t->traits[i].place || t->traits[i].score >= PAGE_SURE ||
	       unlike_is_marked(t->text.blocks[i].kind);
}

/* ---- applying ------------------------------------------------------------ */

bool learn_rules(struct archive *ar, struct arena *a, int64_t source, struct learn_rules *out, struct err *e)
{
	struct furniture *list;

	*out = (struct learn_rules){ 0 };
	if (!archive_furniture(ar, a, source, true, &list, &out->n, e))
		return false;
	out->list = list;
	return true;
}

static const struct furniture *rule_against(const struct learn_rules *rules, const struct learn_text *t, size_t i)
{
	const struct block *b = &t->text.blocks[i];
	uint64_t line = hash_quick(b->text);

	for (size_t k = 0; k < rules->n; k++) {
		const struct furniture *f = &rules->list[k];
		if (f->rule == FURNITURE_SAME_PAGE)
			continue;
		bool is = f->rule == FURNITURE_REPEATS
		                  ? f->hash == line
		                  : t->traits && t->traits[i].place == f->hash && (f->strong || !is_sure(t, i)) &&
		                            unlike_aside(t, f->hash);
		if (is) /* a line that repeats was looked at before it came into force */
			return f->rule == FURNITURE_CHURNS && unlike_is_notice(b->text) ? NULL : f;
	}
	return NULL;
}

void learn_apply(const struct learn_rules *rules, struct arena *a, const struct learn_text *in, struct learned *out)
{
	size_t n = in->text.nblocks, all = 0, taken = 0;

	*out = (struct learned){ .page = *in };
	if (rules->n == 0 || n == 0)
		return;
	struct block *blocks = ARENA_ARRAY(a, struct block, n);
	struct page_trait *traits = in->traits ? ARENA_ARRAY(a, struct page_trait, n) : NULL;
	struct left_out *left = ARENA_ARRAY(a, struct left_out, n);
	size_t kept = 0, nleft = 0;
	for (size_t i = 0; i < n; i++) {
		const struct furniture *f = rule_against(rules, in, i);
		all += in->text.blocks[i].text.n;
		if (f) {
			taken += in->text.blocks[i].text.n;
			left[nleft++] = (struct left_out){ .furniture = f->id, .block = (int64_t)i };
			continue;
		}
		if (traits)
			traits[kept] = in->traits[i];
		blocks[kept++] = in->text.blocks[i];
	}
	if (taken * MOST_TAKEN > all)
		return; /* this is not furniture, whatever it is */
	out->page.text.blocks = blocks;
	out->page.text.nblocks = kept;
	out->page.traits = traits;
	out->left_out = left;
	out->nleft_out = nleft;
}

/* ---- looking ------------------------------------------------------------- */

void learn_compare(const struct learn_rules *rules, struct arena *a, const struct learn_text *older,
                   struct learned *page)
{
	struct learned applied;
	const struct unlike *u = &page->unlike;

	learn_apply(rules, a, older, &applied);
	page->compared = true;
	page->newest = applied.page;
	unlike_find(a, &page->newest, &page->page, &page->unlike);
	page->same = !u->head && u->nolds + u->nnews == 0;
	page->noise = !page->same && !u->edit;
	page->outdated = !page->same && !page->noise && applied.nleft_out > 0;
}

bool learn_look(struct archive *ar, struct arena *a, const struct learn_rules *rules, int64_t article,
                struct learned *page, struct versions_look *out, struct err *e)
{
	struct learn_text newest = { 0 };
	struct str traits;

	if (!versions_look(ar, article, &page->page.text, out, e))
		return false;
	if (out->number >= 0 || out->newest < 0)
		return true;
	if (!archive_version_text(ar, a, article, out->newest, &newest.text, e) ||
	    !archive_newest_traits(ar, a, article, &traits, e))
		return false;
	newest.traits = learn_traits_decode(a, traits, newest.text.nblocks);
	learn_compare(rules, a, &newest, page);
	if (page->same || page->noise)
		out->number = out->newest;
	return true;
}

/* ---- counting ------------------------------------------------------------ */

struct count {
	uint32_t in;      /* articles that show it */
	uint32_t against; /* where it came with an edit */
	uint32_t of;      /* articles that could show it */
};

/* The lines and places of one page, counted over all lessons.  Lines are found
 * by hash: slots hold 1 + their number. */
#define LINE_SLOTS 512
struct counts {
	const struct seen *page;
	struct count lines[MOST_LINES], places[MOST_PLACES];
	uint16_t slots[LINE_SLOTS];
};

static struct count *counted_line(struct counts *c, uint32_t line)
{
	for (uint32_t i = line % LINE_SLOTS; c->slots[i]; i = (i + 1) % LINE_SLOTS)
		if (c->page->lines[c->slots[i] - 1] == line)
			return &c->lines[c->slots[i] - 1];
	return NULL;
}

static void counts_begin(struct counts *c, const struct seen *page)
{
	memset(c, 0, sizeof *c);
	c->page = page;
	for (size_t k = 0; k < page->nlines; k++) {
		uint32_t i = page->lines[k] % LINE_SLOTS;
		while (c->slots[i])
			i = (i + 1) % LINE_SLOTS;
		c->slots[i] = (uint16_t)(k + 1);
	}
}

static void counts_add(struct counts *c, const struct seen *s)
{
	struct count *n;

	for (size_t i = 0; i < s->nlines; i++)
		if ((n = counted_line(c, s->lines[i])))
			n->in++;
	for (size_t i = 0; i < s->nlate; i++)
		if ((n = counted_line(c, s->late[i])))
			n->against++;
	for (size_t i = 0; i < s->nplaces && s->paired; i++)
		for (size_t k = 0; k < c->page->nplaces; k++)
			if (c->page->places[k].place == s->places[i].place) {
				c->places[k].of++;
				c->places[k].in += s->places[i].flags & PLACE_CHURNED;
				c->places[k].against += s->places[i].flags == PLACE_EDITED;
			}
}

static void counts_take(struct counts *c, const struct seen *page, const struct lesson *lessons, size_t n)
{
	struct seen s;

	counts_begin(c, page);
	for (size_t i = 0; i < n; i++) {
		seen_decode(lessons[i].evidence, &s);
		counts_add(c, &s);
	}
	for (size_t i = 0; i < page->nlines; i++)
		c->lines[i].of = (uint32_t)n;
}

static bool reaches(enum furniture_rule rule, bool sure, struct count n)
{
	const struct bar *bar = &bars[rule][sure];

	return n.in >= bar->articles && n.in * 100 >= n.of * bar->percent && n.against * (sure ? 4 : 2) <= n.in;
}

/* ---- noting -------------------------------------------------------------- */

struct note {
	struct archive *ar;
	struct arena *arena;
	const struct learn_page *page;
	struct seen before, now;
	struct lesson *lessons;
	size_t nlessons;
	struct counts counts;
	int64_t *stale;
	size_t nstale;
	bool grew; /* the list of furniture */
};

static bool is_stale(const struct note *n, int64_t article)
{
	for (size_t i = 0; i < n->nstale; i++)
		if (n->stale[i] == article)
			return true;
	return false;
}

/* Articles in which something happened there may have versions of it. */
static void note_stale(struct note *n, uint32_t place)
{
	struct seen s;

	for (size_t i = 0; i < n->nlessons; i++) {
		seen_decode(n->lessons[i].evidence, &s);
		const struct evidence_place *p = seen_place(&s, place);
		if (p && p->flags && !is_stale(n, n->lessons[i].article))
			n->stale[n->nstale++] = n->lessons[i].article;
	}
}

static const struct furniture *in_force(const struct learn_rules *rules, enum furniture_rule rule, uint64_t hash)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rules->list[i].rule == rule && rules->list[i].hash == hash)
			return &rules->list[i];
	return NULL;
}

/* So that what stands in every article is not written for every article. */
static bool recently(when now, when then)
{
	return now == WHEN_NONE || (then != WHEN_NONE && now - then < LEFT_OUT_STEP);
}

static bool put_furniture(struct note *n, enum furniture_rule rule, uint64_t hash, struct str text, bool sure,
                          struct count count, struct err *e)
{
	bool strong = reaches(rule, true, count);
	bool holds = strong || (!sure && reaches(rule, false, count));
	const struct furniture *known = in_force(n->page->rules, rule, hash);
	if (known && recently(n->page->at, known->left_out) && known->strong >= strong)
		return true;
	struct furniture f = { .source = n->page->source,
		               .rule = rule,
		               .hash = hash,
		               .sample = arena_str(n->arena, utf8_head(text, SAMPLE_BYTES)),
		               .articles = count.in,
		               .of = count.of,
		               .strong = strong,
		               .last = n->page->at,
		               .since = holds ? n->page->at : WHEN_NONE };

	if (!archive_furniture_put(n->ar, &f, e))
		return false;
	n->grew = true;
	if (f.since != WHEN_NONE && rule == FURNITURE_CHURNS && (!known || strong > known->strong))
		note_stale(n, (uint32_t)hash);
	return true;
}

/* A line that was there the last time was counted then. */
static bool note_lines(struct note *n, struct err *e)
{
	const struct learn_text *t = n->page->as_read;

	for (size_t i = 0; i < t->text.nblocks; i++) {
		struct str text = t->text.blocks[i].text;
		uint64_t hash = hash_quick(text);
		const struct count *count = counted_line(&n->counts, (uint32_t)hash);
		if (!count || count->in < bars[FURNITURE_REPEATS][0].articles ||
		    among(n->before.lines, n->before.nlines, (uint32_t)hash))
			continue;
		bool shown = !is_sure(t, i) || count->in * 4 >= count->of;
		if (shown && t->text.blocks[i].kind != BLOCK_ROW && !unlike_is_notice(text) &&
		    !put_furniture(n, FURNITURE_REPEATS, hash, text, is_sure(t, i), *count, e))
			return false;
	}
	return true;
}

/* The first block of a text in a place. */
static const struct learn_text *block_at(const struct learned *l, uint32_t place, size_t *block)
{
	const struct learn_text *sides[] = { &l->page, &l->newest };

	for (size_t s = 0; s < 2; s++)
		for (*block = 0; sides[s]->traits && *block < sides[s]->text.nblocks; ++*block)
			if ((uint32_t)sides[s]->traits[*block].place == place)
				return sides[s];
	return NULL;
}

static bool note_places(struct note *n, struct err *e)
{
	for (size_t i = 0; i < n->now.nplaces; i++) {
		const struct evidence_place *p = &n->now.places[i], *was = seen_place(&n->before, p->place);
		size_t block;
		struct count count = n->counts.places[i];
		if (!count.in || !p->flags || (was && was->flags == p->flags))
			continue;
		const struct learn_text *t = block_at(n->page->learned, p->place, &block);
		if (t && !put_furniture(n, FURNITURE_CHURNS, t->traits[block].place, t->text.blocks[block].text,
		                        is_sure(t, block), count, e))
			return false;
	}
	return true;
}

/* The flags of earlier fetches stay. */
static void merge(struct seen *now, const struct seen *before)
{
	now->paired |= before->paired;
	for (size_t i = 0; i < before->nlate && now->nlate < MOST_LATE; i++)
		if (!among(now->late, now->nlate, before->late[i]))
			now->late[now->nlate++] = before->late[i];
	for (size_t i = 0; i < before->nplaces; i++)
		if (before->places[i].flags)
			add_place(now, before->places[i].place, before->places[i].flags);
}

/* Is there anything that the lessons must be walked for?  What an article shows
 * again after it fell out of them was counted when it was new. */
static bool teaches(const struct note *n)
{
	const struct seen *now = &n->now, *before = &n->before;

	if (!n->page->again)
		return true;
	for (size_t i = 0; i < now->nplaces; i++) {
		const struct evidence_place *was = seen_place(before, now->places[i].place);
		if (now->places[i].flags != (was ? was->flags : 0))
			return true;
	}
	for (size_t i = 0; i < now->nlines && before->nlines; i++)
		if (!among(before->lines, before->nlines, now->lines[i]))
			return true;
	return false;
}

static bool note_evidence(struct note *n, struct err *e)
{
	struct lesson l = { .article = n->page->article };
	struct str before;

	if (!archive_lesson(n->ar, n->arena, l.article, &before, e))
		return false;
	seen_decode(before, &n->before);
	memset(&n->now, 0, sizeof n->now);
	seen_page(n->page->as_read, &n->now);
	n->now.paired = n->page->again;
	if (n->page->learned->compared)
		seen_pair(n->page->learned, &n->now);
	merge(&n->now, &n->before);
	l.evidence = seen_encode(n->arena, &n->now);
	if (str_eq(l.evidence, before))
		return true;
	if (!archive_lesson_put(n->ar, n->page->source, &l, LESSONS, e))
		return false;
	if (!teaches(n))
		return true;
	if (!archive_lessons(n->ar, n->arena, n->page->source, &n->lessons, &n->nlessons, e))
		return false;
	counts_take(&n->counts, &n->now, n->lessons, n->nlessons);
	n->stale = ARENA_ARRAY(n->arena, int64_t, n->nlessons + 1);
	return note_lines(n, e) && note_places(n, e) &&
	       (!n->grew || archive_furniture_trim(n->ar, n->page->source, MOST_FURNITURE, e));
}

/* ---- recording ----------------------------------------------------------- */

static bool touch(struct note *n, int64_t id, struct err *e)
{
	const struct learn_rules *rules = n->page->rules;
	when at = n->page->at;

	for (size_t i = 0; i < rules->n; i++)
		if (rules->list[i].id == id && !recently(at, rules->list[i].left_out))
			return archive_furniture_left_out(n->ar, id, at, e);
	return true;
}

/* A doubtful block's place is on the list since note_places, if it is aside. */
static bool add_doubtful(struct note *n, const struct learn_text *t, uint32_t block, int64_t number,
                         struct left_out *out, struct err *e)
{
	*out = (struct left_out){ .block = number, .doubtful = true };
	return archive_furniture_find(n->ar, n->page->source, FURNITURE_CHURNS, t->traits[block].place, &out->furniture,
	                              e);
}

static bool add_noise(struct note *n, struct left_out *list, size_t *nlist, struct err *e)
{
	const struct learned *l = n->page->learned;
	const struct unlike *u = &l->unlike;

	for (size_t i = 0; i < u->nolds; i++)
		if (!add_doubtful(n, &l->newest, u->olds[i], -1, &list[(*nlist)++], e))
			return false;
	for (size_t i = 0; i < u->nnews; i++)
		if (!add_doubtful(n, &l->page, u->news[i], u->news[i], &list[(*nlist)++], e))
			return false;
	return true;
}

static bool record(struct note *n, struct err *e)
{
	const struct learned *l = n->page->learned;
	size_t count = l->nleft_out;

	if (!n->page->check || (!count && !l->noise))
		return true;
	struct left_out *list =
	        ARENA_ARRAY(n->arena, struct left_out, count + l->page.text.nblocks + l->newest.text.nblocks + 1);
	for (size_t i = 0; i < count; i++)
		list[i] = l->left_out[i];
	if (l->noise && !add_noise(n, list, &count, e))
		return false;
	if (!archive_left_out_put(n->ar, n->page->check, list, count, e))
		return false;
	for (size_t i = 0; i < l->nleft_out; i++)
		if (!touch(n, l->left_out[i].furniture, e))
			return false;
	return true;
}

bool learn_record(struct archive *ar, struct arena *a, const struct learn_page *p, struct err *e)
{
	struct note *n = ARENA_NEW(a, struct note);

	*n = (struct note){ .ar = ar, .arena = a, .page = p };
	return record(n, e);
}

bool learn_note(struct archive *ar, struct arena *a, const struct learn_page *p, int64_t **stale, size_t *nstale,
                struct err *e)
{
	struct note *n = ARENA_NEW(a, struct note);

	*n = (struct note){ .ar = ar, .arena = a, .page = p };
	if (!note_evidence(n, e) || !record(n, e))
		return false;
	*stale = n->stale;
	*nstale = n->nstale;
	return true;
}

/* ---- traits -------------------------------------------------------------- */

#define MOST_TRAIT_PLACES 255 /* a block elsewhere has none */
#define SCORE_STEP 10         /* a byte holds -1280 to 1270 */

static int8_t score_byte(int32_t score)
{
	int32_t step = score / SCORE_STEP;

	return (int8_t)(step < INT8_MIN ? INT8_MIN : step > INT8_MAX ? INT8_MAX : step);
}

/* Number of places, the places, then a place and a score for each block. */
struct str learn_traits_encode(struct arena *a, const struct learn_text *t)
{
	size_t n = t->text.nblocks, nplaces = 0;
	uint64_t places[MOST_TRAIT_PLACES];
	struct buf b = BUF_INIT(1 + 8 * MOST_TRAIT_PLACES + 2 * MAX_BLOCKS), blocks = BUF_INIT(2 * MAX_BLOCKS);

	if (!t->traits)
		return STR_NONE;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < nplaces && places[k] != t->traits[i].place)
			k++;
		if (k == nplaces && nplaces < MOST_TRAIT_PLACES)
			places[nplaces++] = t->traits[i].place;
		buf_byte(&blocks, (char)k);
		buf_byte(&blocks, (char)score_byte(t->traits[i].score));
	}
	buf_byte(&b, (char)nplaces);
	for (size_t i = 0; i < nplaces; i++) {
		put_u32(&b, (uint32_t)places[i]);
		put_u32(&b, (uint32_t)(places[i] >> 32));
	}
	buf_str(&b, buf_view(&blocks));
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&blocks);
	buf_free(&b);
	return out;
}

const struct page_trait *learn_traits_decode(struct arena *a, struct str bytes, size_t nblocks)
{
	size_t nplaces = bytes.n ? (unsigned char)bytes.p[0] : 0;

	if (bytes.n != 1 + 8 * nplaces + 2 * nblocks)
		return NULL;
	struct page_trait *traits = ARENA_ARRAY(a, struct page_trait, nblocks);
	const char *places = bytes.p + 1, *p = places + 8 * nplaces;
	for (size_t i = 0; i < nblocks; i++, p += 2) {
		size_t k = (unsigned char)p[0];
		uint64_t place =
		        k < nplaces ? get_u32(places + 8 * k) | (uint64_t)get_u32(places + 8 * k + 4) << 32 : 0;
		traits[i] = (struct page_trait){ .place = place, .score = (signed char)p[1] * SCORE_STEP };
	}
	return traits;
}
