/*
 * A PostgreSQL server of the tests' own.
 *
 * It is started at the first call, in a temporary folder, for this program
 * only: on a socket in that folder, by an unprivileged user, without a network;
 * it ends with the program.
 */
#ifndef STET_TESTS_POSTGRES_H
#define STET_TESTS_POSTGRES_H

#include <stdbool.h>

/* The address of an empty archive there, a new one at each call; NULL, and why, if
 * PostgreSQL is not installed.  Kept until the next call but 15. */
const char *test_postgres(const char **why);
/* Ends and starts the server, as an operator would. */
void test_postgres_stop(void);
void test_postgres_start(void);

#endif
