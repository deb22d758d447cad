/*
 * The contact address: whom a site may ask about our visits.
 */
#ifndef STET_CLI_CONTACT_H
#define STET_CLI_CONTACT_H

#include "cli/command.h"

/* Where there is neither the setting fetch.contact nor an answer in the archive,
 * asks the person at the terminal, once, and keeps the answer in the archive
 * (watch_contact reads it).  Without a terminal nobody is asked.  warn: say so
 * in the log when requests will carry no address. */
MUST_CHECK bool contact_settle(struct context *c, struct archive *ar, bool warn, struct err *e);

#endif
