/* Civil time at a fixed offset, by integer arithmetic on an instant that the caller passes in. */
#ifndef SP_BASE_CLOCK_H
#define SP_BASE_CLOCK_H

#include "base/base.h"

/* "YYYY-MM-DDTHH:MM:SS" to seconds since 1970-01-01T00:00:00 of the same civil clock.
 * False for anything else, impossible dates included. Years 1970 to 9999. */
bool clock_parse_civil(sp_text text, int64_t *out_s);

/* "HH:MM" to minutes of the day, "24:00" allowed. */
bool clock_parse_minute(sp_text text, int32_t *out_minute);

/* Monday 1 to Sunday 7 of a civil second count. */
int32_t clock_weekday(int64_t civil_s);

/* "MM-DD" to month * 100 + day, 02-29 allowed. */
bool clock_parse_month_day(sp_text text, int32_t *out);

/* Month * 100 + day of a civil second count, and whether it is a leap year. */
int32_t clock_month_day(int64_t civil_s, bool *out_leap);

/* Minute of the day, 0 to 1439. */
int32_t clock_minute(int64_t civil_s);

#endif
