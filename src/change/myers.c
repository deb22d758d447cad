/* The comparison of two sequences: see myers.h. */
#include "change/myers.h"

/* Differences searched for before a stretch is divided: fewer where many
 * stretches may have to be. */
#define PATIENCE 64
#define PATIENCE_LONG 16
#define LONG 6000 /* tokens of both sides */

#define SMALL 400 /* tokens of both sides that need no preparation */

struct search {
	const struct word *a, *b;
	int32_t *forward, *backward; /* furthest x on each diagonal, middle at 0 */
	int32_t patience;
	uint32_t *partner;
};

/* A stretch: tokens [a0, a1) against [b0, b1). */
struct stretch {
	int32_t a0, a1, b0, b1;
};

static bool same(const struct search *s, int32_t x, int32_t y)
{
	return s->a[x].id == s->b[y].id;
}

struct point {
	int32_t x, y;
};

/* The diagonals of round d that lie in the stretch: of d's parity, from -m to n. */
static int32_t lowest(int32_t d, int32_t m)
{
	return d <= m ? -d : -m + ((d - m) & 1);
}

static int32_t highest(int32_t d, int32_t n)
{
	return d <= n ? d : n - ((d - n) & 1);
}

/* Where diagonal k continues in round d: from its neighbour that is further. */
static int32_t next_x(const int32_t *v, int32_t k, int32_t d, int32_t n, int32_t m)
{
	bool down = k == -d || k == -m || (k != d && k != n && v[k - 1] < v[k + 1]);
	return down ? v[k + 1] : v[k - 1] + 1;
}

static bool inside(int32_t x, int32_t k, int32_t n, int32_t m)
{
	return x >= 0 && x <= n && x - k >= 0 && x - k <= m;
}

/* One round of a search, from the front or, with tokens counted from the
 * end, from the back.  True if it met the other one. */
static bool step(struct search *s, struct stretch r, int32_t d, bool back, struct point *found)
{
	int32_t n = r.a1 - r.a0, m = r.b1 - r.b0, delta = n - m;
	int32_t *v = back ? s->backward : s->forward, *other = back ? s->forward : s->backward;
	int32_t reach = back ? d : d - 1; /* rounds the other search has done */
	bool may_meet = (delta & 1) != back;

	for (int32_t k = lowest(d, m); k <= highest(d, n); k += 2) {
		int32_t x = next_x(v, k, d, n, m), y = x - k, c = delta - k;
		while (x < n && y < m && (back ? same(s, r.a1 - 1 - x, r.b1 - 1 - y) : same(s, r.a0 + x, r.b0 + y)))
			x++, y++;
		v[k] = x;
		if (!may_meet || c < lowest(reach, m) || c > highest(reach, n) || !inside(x, k, n, m) ||
		    !inside(other[c], c, n, m) || x + other[c] < n)
			continue;
		*found = back ? (struct point){ r.a1 - x, r.b1 - y } : (struct point){ r.a0 + x, r.b0 + y };
		return true;
	}
	return false;
}

/* The furthest point of the forward search after d rounds. */
static struct point furthest(const struct search *s, struct stretch r, int32_t d)
{
	int32_t n = r.a1 - r.a0, m = r.b1 - r.b0, best = -1;
	struct point p = { r.a0, r.b0 };

	for (int32_t k = lowest(d, m); k <= highest(d, n); k += 2) {
		int32_t x = s->forward[k], y = x - k;
		if (!inside(x, k, n, m) || x + y <= best)
			continue;
		best = x + y;
		p = (struct point){ r.a0 + x, r.b0 + y };
	}
	return p;
}

static struct point middle(struct search *s, struct stretch r)
{
	int32_t n = r.a1 - r.a0, m = r.b1 - r.b0;
	int32_t most = (n + m + 1) / 2;
	struct point p = { r.a0, r.b0 };

	s->forward[1] = s->backward[1] = 0;
	for (int32_t d = 0; d <= most; d++) {
		if (step(s, r, d, false, &p) || step(s, r, d, true, &p))
			return p;
		if (d == s->patience)
			return furthest(s, r, d);
	}
	return p;
}

static void match(struct search *s, struct stretch r)
{
	for (;;) {
		while (r.a0 < r.a1 && r.b0 < r.b1 && same(s, r.a0, r.b0))
			s->partner[r.a0++] = (uint32_t)r.b0++;
		while (r.a0 < r.a1 && r.b0 < r.b1 && same(s, r.a1 - 1, r.b1 - 1))
			s->partner[--r.a1] = (uint32_t)--r.b1;
		if (r.a0 == r.a1 || r.b0 == r.b1)
			return;
		struct point p = middle(s, r);
		bool first = p.x == r.a0 && p.y == r.b0, last = p.x == r.a1 && p.y == r.b1;
		if (first || last) /* nothing in common */
			return;
		match(s, (struct stretch){ r.a0, p.x, r.b0, p.y });
		r.a0 = p.x;
		r.b0 = p.y;
	}
}

/* A token that does not occur on the other side has no partner: only the
 * others are compared.  kept[i] is where the i-th of them stood. */
static uint32_t keep_common(struct arena *scratch, const struct word *t, uint32_t n, const struct word *other,
                            uint32_t nother, struct word *out, uint32_t *kept)
{
	uint32_t room = 64, count = 0;
	while (room < 2 * nother)
		room *= 2;
	uint64_t *table = ARENA_ARRAY(scratch, uint64_t, room);

	for (uint32_t i = 0; i < nother; i++) {
		uint32_t at = (uint32_t)other[i].id & (room - 1);
		while (table[at] && table[at] != other[i].id)
			at = (at + 1) & (room - 1);
		table[at] = other[i].id;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (uint32_t)t[i].id & (room - 1);
		while (table[at] && table[at] != t[i].id)
			at = (at + 1) & (room - 1);
		if (table[at] != t[i].id)
			continue;
		kept[count] = i;
		out[count++] = t[i];
	}
	return count;
}

static void match_all(struct arena *scratch, const struct word *a, uint32_t na, const struct word *b, uint32_t nb,
                      uint32_t *partner)
{
	size_t room = (size_t)na + nb + 8;
	int32_t *rooms = arena_zalloc(scratch, 2 * room, sizeof *rooms);
	struct search s = { a, b, rooms + nb + 4, rooms + room + nb + 4, PATIENCE, partner };

	if (na + nb > LONG)
		s.patience = PATIENCE_LONG;
	for (uint32_t i = 0; i < na; i++)
		partner[i] = MYERS_NONE;
	match(&s, (struct stretch){ 0, (int32_t)na, 0, (int32_t)nb });
}

void myers_match(struct arena *scratch, const struct word *a, uint32_t na, const struct word *b, uint32_t nb,
                 uint32_t *partner)
{
	if (na + nb < SMALL) {
		match_all(scratch, a, na, b, nb, partner);
		return;
	}
	struct word *a1 = arena_alloc(scratch, na * sizeof *a1), *b1 = arena_alloc(scratch, nb * sizeof *b1);
	uint32_t *from_a = arena_alloc(scratch, na * sizeof *from_a),
	         *from_b = arena_alloc(scratch, nb * sizeof *from_b);
	uint32_t na1 = keep_common(scratch, a, na, b, nb, a1, from_a);
	uint32_t nb1 = keep_common(scratch, b, nb, a, na, b1, from_b);
	uint32_t *partner1 = arena_alloc(scratch, na1 * sizeof *partner1);

	match_all(scratch, a1, na1, b1, nb1, partner1);
	for (uint32_t i = 0; i < na; i++)
		partner[i] = MYERS_NONE;
	for (uint32_t i = 0; i < na1; i++)
		if (partner1[i] != MYERS_NONE)
			partner[from_a[i]] = from_b[partner1[i]];
}
