/*
 * The log: one line an event on standard error.
 *
 * "2024-10-07T01:53:09Z warning: ..." with control characters replaced, so
 * that nothing from a page can forge a line or steer a terminal.  An error is
 * logged once, where it is handled.
 */
#ifndef STET_BASE_LOG_H
#define STET_BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level least); /* default: LOG_INFO */
void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
