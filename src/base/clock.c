#include "base/clock.h"

static bool digits(sp_text text, uint32_t from, uint32_t count, int32_t *out) {
  int32_t value = 0;
  for (uint32_t i = from; i < from + count; i++) {
    char c = text.ptr[i];
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  *out = value;
  return true;
}

static bool leap(int32_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t days_before_year(int32_t year) {
  int32_t y = year - 1;
  return y * 365 + y / 4 - y / 100 + y / 400;
}

static int32_t days_in(int32_t month, bool is_leap) {
  static const uint8_t month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month_days[month - 1] + (month == 2 && is_leap);
}

bool clock_parse_civil(sp_text text, int64_t *out_s) {
  int32_t year, month, day, hour, minute, second;
  if (text.size != 19) return false;
  const char *p = text.ptr;
  if (p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' || p[16] != ':') return false;
  if (!digits(text, 0, 4, &year) || !digits(text, 5, 2, &month) || !digits(text, 8, 2, &day))
    return false;
  if (!digits(text, 11, 2, &hour) || !digits(text, 14, 2, &minute) || !digits(text, 17, 2, &second))
    return false;
  if (year < 1970 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59)
    return false;
  if (day < 1 || day > days_in(month, leap(year))) return false;
  int64_t days = days_before_year(year) - days_before_year(1970);
  for (int32_t m = 1; m < month; m++)
    days += days_in(m, leap(year));
  days += day - 1;
  *out_s = days * 86400 + hour * 3600 + minute * 60 + second;
  return true;
}

bool clock_parse_month_day(sp_text text, int32_t *out) {
  int32_t month, day;
  if (text.size != 5 || text.ptr[2] != '-') return false;
  if (!digits(text, 0, 2, &month) || !digits(text, 3, 2, &day)) return false;
  if (month < 1 || month > 12 || day < 1 || day > days_in(month, true)) return false;
  *out = month * 100 + day;
  return true;
}

bool clock_parse_minute(sp_text text, int32_t *out_minute) {
  int32_t hour, minute;
  if (text.size != 5 || text.ptr[2] != ':') return false;
  if (!digits(text, 0, 2, &hour) || !digits(text, 3, 2, &minute)) return false;
  if (minute > 59 || hour > 24 || (hour == 24 && minute > 0)) return false;
  *out_minute = hour * 60 + minute;
  return true;
}

static int64_t floor_mod(int64_t a, int64_t b) {
  return ((a % b) + b) % b;
}

/* Days since 1970-01-01. */
static int64_t day_of(int64_t civil_s) {
  return (civil_s - floor_mod(civil_s, 86400)) / 86400;
}

int32_t clock_weekday(int64_t civil_s) {
  return (int32_t)floor_mod(day_of(civil_s) + 3, 7) + 1; // 1970-01-01 was a Thursday.
}

int32_t clock_month_day(int64_t civil_s, bool *out_leap) {
  int32_t days = (int32_t)day_of(civil_s) + days_before_year(1970), year = days / 366 + 1,
          month = 1;
  while (days_before_year(year + 1) <= days)
    year++;
  days -= days_before_year(year);
  *out_leap = leap(year);
  for (; days >= days_in(month, *out_leap); month++)
    days -= days_in(month, *out_leap);
  return month * 100 + days + 1;
}

int32_t clock_minute(int64_t civil_s) {
  return (int32_t)(floor_mod(civil_s, 86400) / 60);
}
