/*
 * How likely an edit is now: what the learned schedule knows.
 *
 * The life of an article is a row of spells: quiet from when it was found, or
 * from the last change that was seen, until the next change or until it is
 * given up.  What kind a spell is is settled when it begins (hazard_spell); in
 * a spell the hazard, edits an hour, is a function of how long it has been
 * quiet, constant in bins of half an octave from 5 minutes to a month.
 *
 * Evidence is interval-censored: a look says that something changed between
 * two looks, not when.  A change is shared out among the bins between them in
 * proportion to the hazard as it is believed (a step of EM), and only the time
 * before it counts as quiet.  Counts become hazards by Gamma-Poisson
 * shrinkage: a source is drawn to its own level of all sources' curve, that
 * curve to one that is fixed here.
 *
 * Looks an hour are then scale * hazard^0.8, but at least half of what the
 * plain rule (article.interval, article.growth) has at that age.  The scale is
 * the price of a request: it is steered so that what was spent, and what will
 * be on the articles that are open, equals what the plain rule spends on the
 * same articles, times schedule.budget.  docs/schedule.md has the formulas.
 *
 * Everything is a pure function of its arguments and costs a few microseconds.
 * A model is 2.1 kB as kept.
 */
#ifndef STET_WATCH_HAZARD_H
#define STET_WATCH_HAZARD_H

#include "base/buf.h"
#include "base/settings.h"
#include "base/when.h"

enum hazard_spell {
	SPELL_NEW,    /* nothing has changed yet */
	SPELL_FIRST,  /* changed once, within 6 hours of its publication */
	SPELL_BUSY,   /* changed before, again within 6 hours */
	SPELL_DAY,    /* last changed 6 to 36 hours old */
	SPELL_LATE,   /* last changed when it was older */
	SPELL_LIVE,   /* says that it is added to as things happen */
	HAZARD_SPELLS
};
const char *hazard_spell_name(enum hazard_spell s);

/* age: seconds from publication to the last change; changes: how many were seen. */
enum hazard_spell hazard_spell(int64_t changes, int64_t age, bool live);

#define HAZARD_BINS 28

struct hazard {
	float changes[HAZARD_SPELLS][HAZARD_BINS];
	float hours[HAZARD_SPELLS][HAZARD_BINS]; /* quiet, under watch */
	float open[HAZARD_SPELLS][HAZARD_BINS];  /* spells by where the last look left them */
	float began[HAZARD_SPELLS];              /* spells that began, the old ones fading */
	float level;                             /* of this source beside all; 0: not known yet */
	float scale;                             /* looks an hour at a hazard of 1; 0: not known yet */
	float since;                             /* looks since both were set */
	float hinted, hinted_right;              /* looks because of a hint; those that found a change */
	double spent, owed;                      /* looks: ours, and the plain rule's on the same articles */
};

/* One look at an article that was looked at before. */
struct hazard_look {
	enum hazard_spell spell;
	int64_t from, to;        /* seconds quiet at the look before and at this one */
	bool changed;
	bool ends;               /* the last look */
	enum hazard_spell next;  /* changed: the spell that begins */
};

/* The first look: a spell begins, quiet for so many seconds already. */
void hazard_begin(struct hazard *h, enum hazard_spell spell, int64_t quiet);
/* A spell that is not looked at for a while, or not any more: it was quiet for so
 * long at the last look.  And one that is looked at again, likewise. */
void hazard_leave(struct hazard *h, enum hazard_spell spell, int64_t quiet);
void hazard_resume(struct hazard *h, enum hazard_spell spell, int64_t quiet);
/* general: all sources together; NULL if h is that itself. */
void hazard_note(struct hazard *h, const struct hazard *general, const struct settings *s,
		 const struct hazard_look *look);

/* Sets the level and the price from all that is known; hazard_note does so now
 * and then. */
void hazard_steer(struct hazard *h, const struct hazard *general, const struct settings *s);

/* Edits an hour by bin, as believed. */
void hazard_curve(const struct hazard *h, const struct hazard *general, enum hazard_spell spell,
		  float out[HAZARD_BINS]);
/* Seconds until the next look at an article that has been quiet for so long. */
int64_t hazard_pause(const struct hazard *h, const struct hazard *general, const struct settings *s,
		     enum hazard_spell spell, int64_t quiet);

/* Whether a list's word that an article has changed is worth a look: not if it
 * was wrong too often; what was ignored for long is tried again. */
bool hazard_trusts_hints(struct hazard *h);
void hazard_note_hint(struct hazard *h, bool changed);

/* The first second of a bin. */
int64_t hazard_bin_start(size_t bin);
size_t hazard_bin(int64_t quiet);

/* Looks that the plain rule takes in a spell so long, without the one that
 * began it. */
double hazard_plain_looks(const struct settings *s, int64_t quiet);

/* For the archive.  Bytes that are no model of this form make an empty one. */
void hazard_write(const struct hazard *h, struct buf *out);
void hazard_read(struct str bytes, struct hazard *out);

#endif
