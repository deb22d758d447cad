/* Abbreviations: see abbreviations.h.  Sorted by bytes, searched by halves. */
#include "text/abbreviations.h"

#include <stdlib.h>

static const char *const before_name[] = {
	"Abb",  "Abs",  "Adj",  "Adm",   "Amb",   "Ave", "Bd",   "Bdg", "Brig",   "Bros", "Capt", "Cdr",  "Cf",
	"Cllr", "Cmdr", "Col",  "Comdr", "Cpl",   "Cpt", "Dr",   "Dra", "Fig",    "Figs", "Fr",   "Frl",  "Gen",
	"Gov",  "Hon",  "Hr",   "Insp",  "Lieut", "Lt",  "MM",   "Maj", "Messrs", "Mgr",  "Mio",  "Mlle", "Mme",
	"Mr",   "Mrd",  "Mrs",  "Ms",    "Msgr",  "Mt",  "No",   "Nos", "Nr",     "Ofc",  "Pfc",  "Prof", "Pte",
	"Pvt",  "Rep",  "Reps", "Rev",   "Rt",    "Sen", "Sens", "Sgt", "Sra",    "Srta", "St",   "Sta",  "Ste",
	"Str",  "Supt", "Tel",  "bzw",   "ca",    "cf",  "d.h",  "dgl", "e.g",    "ebd",  "eds",  "geb",  "i.e",
	"no",   "nos",  "pp",   "s.a",   "sog",   "u.a", "vgl",  "viz", "vs",     "z.B",  "zit",
};

static const char *const anywhere[] = {
	"Apr",  "Assn",  "Aug",  "Blvd",   "Calif", "Co",   "Colo", "Conn", "Corp", "Dec",  "Del",
	"Dept", "EE.UU", "Esq",  "Etc",    "Feb",   "Fla",  "Ga",   "GmbH", "Ill",  "Inc",  "Ind",
	"Jan",  "Jr",    "Jul",  "Jun",    "Kan",   "Ky",   "La",   "Ltd",  "Mar",  "Mass", "Md",
	"Mich", "Minn",  "Miss", "Mo",     "Mont",  "Neb",  "Nev",  "Nov",  "Oct",  "Okla", "Ore",
	"Penn", "Ph.D",  "Rd",   "Sept",   "Sr",    "Tenn", "Tex",  "Va",   "Vt",   "Wash", "Wis",
	"Wyo",  "a.m",   "al",   "approx", "est",   "etc",  "ft",   "min",  "mph",  "p.m",  "usw",
};

static const char *const starters[] = {
	"A",       "About",        "After",   "Again",   "All",     "Also",      "Although", "An",      "And",
	"Any",     "Around",       "As",      "At",      "Because", "Before",    "Both",     "But",     "By",
	"Das",     "Der",          "Despite", "Die",     "Does",    "During",    "Each",     "Earlier", "Ein",
	"Eine",    "Er",           "Es",      "Even",    "Every",   "Few",       "For",      "From",    "Further",
	"Had",     "Has",          "He",      "Her",     "Here",    "His",       "How",      "However", "I",
	"If",      "Ils",          "Im",      "In",      "Instead", "Is",        "It",       "Its",     "La",
	"Last",    "Later",        "Le",      "Les",     "Many",    "Meanwhile", "More",     "Most",    "My",
	"Neither", "Nevertheless", "No",      "None",    "Not",     "Nothing",   "Now",      "Of",      "Officials",
	"On",      "Once",         "One",     "Only",    "Or",      "Other",     "Others",   "Our",     "Out",
	"Over",    "People",       "Police",  "She",     "Sie",     "Since",     "So",       "Some",    "Someone",
	"Still",   "Such",         "That",    "The",     "Their",   "Then",      "There",    "These",   "They",
	"This",    "Those",        "Though",  "Through", "Thus",    "To",        "Today",    "Two",     "Under",
	"Until",   "Up",           "Was",     "We",      "Were",    "What",      "When",     "Where",   "Whether",
	"Which",   "While",        "Who",     "Why",     "Will",    "Wir",       "With",     "Within",  "Without",
	"Yet",     "You",          "Your",
};

static int compare(const void *key, const void *entry)
{
	return str_cmp(*(const struct str *)key, str_from(*(const char *const *)entry));
}

#define LISTED(w, list) (bsearch(&(w), (list), sizeof(list) / sizeof *(list), sizeof *(list), compare) != NULL)

bool abbreviation_before_name(struct str w)
{
	return LISTED(w, before_name);
}

bool abbreviation_anywhere(struct str w)
{
	return LISTED(w, anywhere);
}

bool starts_sentence(struct str w)
{
	return LISTED(w, starters);
}
