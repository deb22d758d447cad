/* Asking for the contact address: see contact.h. */
#include "cli/contact.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "watch/watch.h"

#define TRIES 3

/* A person sits there, and this is what they look at. */
static bool at_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* Something to write to: ".org", "@", "://". */
static bool is_address(struct str s)
{
	return str_has(s, STR("@")) || str_has(s, STR("."));
}

/* False at the end of the input. */
static bool read_answer(char *line, size_t size, struct str *answer)
{
	if (!fgets(line, (int)size, stdin))
		return false;
	*answer = str_trim(str_from(line));
	return true;
}

/* The answer, or empty. */
static struct str ask(struct context *c, char *line, size_t size)
{
	struct settings trial = c->settings;
	struct str answer;
	struct err e;

	fprintf(stderr,
	        "Every request of stet says who makes it. With an address of yours in it, a site that minds the "
	        "visits\n"
	        "can write to you; without one, many simply shut the visitor out. It is seen by the sites you watch\n"
	        "and nobody else.\n");
	for (int i = 0; i < TRIES; i++) {
		fprintf(stderr, "Your e-mail or web address (empty for none): ");
		if (!read_answer(line, size, &answer) || answer.n == 0)
			break;
		if (is_address(answer) && settings_set(&trial, "fetch.contact", arena_cstr(c->arena, answer), &e))
			return answer;
		fprintf(stderr, "That is no e-mail or web address of at most %zu bytes.\n", sizeof trial.contact - 1);
	}
	return STR_NONE;
}

bool contact_settle(struct context *c, struct archive *ar, bool warn, struct err *e)
{
	char line[512];
	struct str known;
	bool asked;

	if (c->settings.contact[0])
		return true;
	if (!watch_contact(ar, c->arena, &known, &asked, e))
		return false;
	if (!asked && !c->json && at_terminal()) {
		known = ask(c, line, sizeof line);
		if (!watch_set_contact(ar, known, e))
			return false;
		fprintf(stderr, "%s `stet run -o fetch.contact=ADDRESS` or the settings file change that.\n",
		        known.n ? "Thank you." : "Requests will carry none.");
		return true;
	}
	if (warn && !known.n)
		log_warning("sites cannot tell whom to ask about our visits: set fetch.contact to an address of yours");
	return true;
}
