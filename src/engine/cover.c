#include "engine/cover.h"

#include <string.h>

/* Sets of levels that gain the same and are kept for the ties between assignments. */
#define LEVELS_MAX 16

/* Nodes of one test; what it cannot answer within them stays open. */
#define NODES_MAX 2000

#define SETS_MAX (1u << COVER_RULES_MAX)

typedef enum { NO, YES, OPEN } answer;

/* One step of a test: a line given to the rule that is being covered, or kept for others. */
typedef struct {
  uint32_t position, before; /* in the sweep; what the line's open set was */
  uint32_t lacking;          /* rules that lacked something */
  uint8_t rule;
  bool given, last; /* last: the other way is tried, or makes no sense */
  int64_t took;
} step;

typedef struct {
  int64_t need[COVER_RULES_MAX]; /* 0: the rule stays out */
  uint32_t rules;                /* a bit for each that does not */
} demand;

typedef struct {
  search *x;
  const cover_part *part;
  uint32_t count;  /* lines that some rule reaches */
  uint32_t *lines; /* the heaviest first */
  uint32_t *reach; /* per cart line: a bit for each rule that may still take it */
  uint8_t *fixed;  /* per cart line: who has it for good, rule_count: nobody */
  uint8_t *holder; /* the same, of the last set of lines that was found */
  uint8_t *given;  /* the same in a test */
  uint32_t *open;  /* per cart line: what is left of reach in this test */
  step *steps;
  int64_t due[COVER_RULES_MAX];
  int64_t slack[SETS_MAX]; /* per set of rules: what its lines have beyond its thresholds */
  int64_t most_after[COVER_RULES_MAX + 1];
  demand now, kept[LEVELS_MAX];
  uint32_t kept_count;
  int64_t best_fen, open_fen;
  bool unproven;
} cover;

/* ---- one set of thresholds ---- */

/* Whether every set of rules has lines enough, if lines could be cut into pieces (Hall's
 * condition). Fills due and slack. */
static bool has_room(cover *c, const demand *d) {
  uint32_t rules = c->part->rule_count, all = (1u << rules) - 1;
  memcpy(c->due, d->need, sizeof c->due);
  memset(c->slack, 0, (all + 1) * sizeof *c->slack);
  int64_t total = 0;
  for (uint32_t k = 0; k < c->count; k++) {
    uint32_t line = c->lines[k];
    int64_t weight = c->part->weight[line];
    if (c->fixed[line] < rules) {
      c->due[c->fixed[line]] = sp_max(0, c->due[c->fixed[line]] - weight);
      continue;
    }
    c->slack[c->reach[line]] += weight;
    total += weight;
  }
  for (uint32_t r = 0; r < rules; r++) {
    for (uint32_t set = 0; set <= all; set++) {
      if ((set >> r) & 1) c->slack[set] += c->slack[set ^ (1u << r)];
    }
  }
  // Now each set has the lines that no other rule reaches: turn it into those that it reaches.
  bool good = true;
  for (uint32_t set = 0; set <= all / 2; set++) {
    int64_t mine = total - c->slack[all ^ set], others = total - c->slack[set];
    for (uint32_t r = 0; r < rules; r++) {
      *((set >> r) & 1 ? &mine : &others) -= c->due[r];
    }
    c->slack[set] = mine;
    c->slack[all ^ set] = others;
    good = good && mine >= 0 && others >= 0;
  }
  c->x->work += 4 + c->count / 2 + (all >> 1);
  return good;
}

static uint32_t lacking(const cover *c) {
  uint32_t rules = 0;
  for (uint32_t r = 0; r < c->part->rule_count; r++)
    rules |= c->due[r] ? 1u << r : 0;
  return rules;
}

/* Where the sweep for one rule goes twice over the lines: first those that no other rule lacks. */
static uint32_t line_at(const cover *c, uint32_t position) {
  return c->lines[position < c->count ? position : position - c->count];
}

/* Makes the step, or with sign -1 takes it back. False: some set of rules can't be covered any
 * more. */
static bool move(cover *c, const step *s, int64_t sign) {
  uint32_t line = line_at(c, s->position), bit = 1u << s->rule;
  uint32_t after = s->given ? 0 : s->before & ~bit;
  int64_t weight = sign * c->part->weight[line], took = sign * s->took;
  c->open[line] = sign > 0 ? after : s->before;
  c->due[s->rule] -= took;
  if (s->given) c->given[line] = sign > 0 ? s->rule : (uint8_t)c->part->rule_count;
  bool good = true;
  for (uint32_t set = s->lacking; set; set = (set - 1) & s->lacking) {
    if ((set & s->before) && !(set & after)) c->slack[set] -= weight;
    if (set & bit) c->slack[set] += took;
    good = good && c->slack[set] >= 0;
  }
  return good;
}

/* Whether the line looks better with the rule than without: not where it leaves much unused. */
static bool give_first(const cover *c, const step *s) {
  int64_t unused = c->part->weight[line_at(c, s->position)] - s->took;
  return unused * __builtin_popcount(s->lacking) <= c->slack[s->lacking];
}

/* The next line that the rule may take, as a step not made yet; false: there is none. */
static bool next_step(const cover *c, uint32_t rule, uint32_t position, uint32_t lack, step *out) {
  for (; position < 2 * c->count; position++) {
    uint32_t line = line_at(c, position), open = c->open[line];
    bool alone = (open & lack) == 1u << rule;
    if (!((open >> rule) & 1) || alone != (position < c->count)) continue;
    int64_t took = sp_min(c->due[rule], c->part->weight[line]);
    *out = (step){position, open, lack, (uint8_t)rule, true, alone, took};
    if (!alone && !give_first(c, out)) {
      out->given = false;
      out->took = 0;
    }
    return true;
  }
  return false;
}

/* The other way for a step. False: it was tried. */
static bool turn_step(const cover *c, step *s) {
  if (s->last) return false;
  s->last = true;
  s->given = !s->given;
  int64_t weight = c->part->weight[line_at(c, s->position)];
  s->took = s->given ? sp_min(c->due[s->rule], weight) : 0;
  return true;
}

/* The rule with the least to spare is covered first. */
static uint32_t tightest(const cover *c, uint32_t lack) {
  uint32_t best = SP_NONE;
  for (uint32_t r = 0; r < c->part->rule_count; r++) {
    if (!((lack >> r) & 1)) continue;
    if (best == SP_NONE || c->slack[1u << r] < c->slack[1u << best]) best = r;
  }
  return best;
}

/* Whether lines that are not fixed can cover what is due; then who has them stands in holder. One
 * rule after another takes no more lines than it lacks. */
static answer covers(cover *c, const demand *d) {
  if (!has_room(c, d)) return NO;
  for (uint32_t k = 0; k < c->count; k++) {
    uint32_t line = c->lines[k];
    c->given[line] = c->fixed[line];
    c->open[line] = c->fixed[line] < c->part->rule_count ? 0 : c->reach[line];
  }
  uint32_t count = 0, nodes = 0, rule = SP_NONE, position = 0, lack;
  while ((lack = lacking(c))) {
    if (++nodes > NODES_MAX) return OPEN;
    c->x->work += 1 + (1u << __builtin_popcount(lack)) / 8;
    if (rule == SP_NONE || !c->due[rule]) {
      rule = tightest(c, lack);
      position = 0;
    }
    step *s = &c->steps[count];
    bool stands = next_step(c, rule, position, lack, s), good = stands && move(c, s, 1);
    while (!good) {
      if (stands) move(c, s, -1);
      if (!stands || !turn_step(c, s)) {
        if (!count) return NO;
        s = &c->steps[--count];
        stands = true;
        continue;
      }
      good = move(c, s, 1);
    }
    rule = s->rule;
    position = s->position + 1;
    count++;
  }
  memcpy(c->holder, c->given, c->x->p->request->line_count);
  return YES;
}

/* ---- which rules, at which level ---- */

/* Of equal sets those stay whose rules come first by id. Where one is the beginning of the other,
 * what is chosen elsewhere decides. */
static bool rules_come_later(cover *c) {
  uint32_t best = c->kept[0].rules, differ = c->now.rules ^ best, lowest = differ & (0 - differ);
  bool mine = c->now.rules & lowest;
  if (differ && (mine ? best : c->now.rules) < lowest) c->unproven = true;
  return differ && !mine;
}

static void test(cover *c, int64_t gain) {
  bool equal = gain == c->best_fen;
  if (!gain || (equal && rules_come_later(c))) return;
  answer a = covers(c, &c->now);
  if (a == OPEN) c->open_fen = sp_max(c->open_fen, gain);
  if (a != YES) return;
  if (!equal || c->kept[0].rules != c->now.rules) c->kept_count = 0;
  c->best_fen = gain;
  if (c->kept_count < LEVELS_MAX) {
    c->kept[c->kept_count++] = c->now;
  } else {
    c->unproven = true;
  }
}

/* All sets of levels from rule r on, the highest first. */
static void choose(cover *c, uint32_t r, int64_t gain) {
  if (gain + c->most_after[r] < c->best_fen) return;
  if (c->x->work > SP_SEARCH_WORK_MAX) {
    c->open_fen = sp_max(c->open_fen, gain + c->most_after[r]);
    return;
  }
  if (r == c->part->rule_count) {
    test(c, gain);
    return;
  }
  const cover_rule *rule = &c->part->rules[r];
  for (uint32_t level = rule->level_count + 1; level-- > 0;) {
    c->now.need[r] = level ? rule->need[level - 1] : 0;
    c->now.rules = (c->now.rules & ~(1u << r)) | (level ? 1u << r : 0);
    if (!level || has_room(c, &c->now))
      choose(c, r + 1, gain + (level ? rule->gain_fen[level - 1] : 0));
  }
}

/* ---- which lines ---- */

/* What the rule holds beyond what it needs. */
static int64_t surplus(const cover *c, const demand *d, uint32_t r) {
  int64_t held = -d->need[r];
  for (uint32_t k = 0; k < c->count; k++) {
    if (c->holder[c->lines[k]] == r) held += c->part->weight[c->lines[k]];
  }
  return held;
}

/* Whether the line can be rule r's for good; *d is the set that then stands. */
static bool take_line(cover *c, const demand **d, uint32_t r, uint32_t line) {
  uint32_t holder = c->holder[line];
  c->fixed[line] = (uint8_t)r;
  c->x->work += 1 + c->count / 8;
  bool spare = holder == r || holder == c->part->rule_count ||
               surplus(c, *d, holder) >= c->part->weight[line];
  if (spare) {
    c->holder[line] = (uint8_t)r;
    return true;
  }
  for (uint32_t i = 0; i < c->kept_count; i++) {
    // Tests of lines get as much again as tests of rules.
    answer a = c->x->work > 2 * SP_SEARCH_WORK_MAX ? OPEN : covers(c, &c->kept[i]);
    if (a == OPEN) c->unproven = true;
    if (a != YES) continue;
    *d = &c->kept[i];
    return true;
  }
  c->fixed[line] = (uint8_t)c->part->rule_count;
  c->reach[line] &= ~(1u << r);
  return false;
}

/* The largest X, row by row: each rule in turn takes each line in cart order that it can have. */
static void give_lines(cover *c) {
  pricing *p = c->x->p;
  const demand *d = &c->kept[0];
  for (uint32_t line = 0; line < p->request->line_count; line++)
    c->reach[line] &= d->rules;
  answer first = covers(c, d);
  SP_CHECK(first == YES);
  for (uint32_t r = 0; r < c->part->rule_count; r++) {
    if (!((d->rules >> r) & 1)) continue;
    const turn *t = &p->turns[c->part->rules[r].turn];
    c->x->now.taken[c->part->rules[r].turn] = 1;
    for (uint32_t line = 0; line < p->request->line_count; line++) {
      if (!((c->reach[line] >> r) & 1) || c->fixed[line] < c->part->rule_count) continue;
      if (take_line(c, &d, r, line)) assigned_row(p, t->once_group)[line] = t->rule;
    }
  }
}

/* ---- set-up ---- */

static sp_err begin(cover *c) {
  pricing *p = c->x->p;
  uint32_t lines = p->request->line_count, rules = c->part->rule_count;
  c->lines = arena_array(p->arena, lines, sizeof(uint32_t));
  c->reach = arena_array(p->arena, lines, sizeof(uint32_t));
  c->open = arena_array(p->arena, lines, sizeof(uint32_t));
  c->steps = arena_array(p->arena, (size_t)lines * rules + 1, sizeof(step));
  c->fixed = arena_alloc(p->arena, lines);
  c->holder = arena_alloc(p->arena, lines);
  c->given = arena_alloc(p->arena, lines);
  if (!c->lines || !c->reach || !c->open || !c->steps || !c->fixed || !c->holder || !c->given) {
    return SP_E_MEMORY;
  }
  memset(c->fixed, (int)rules, lines);
  for (uint32_t r = rules; r-- > 0;) {
    const cover_rule *rule = &c->part->rules[r];
    const turn *t = &p->turns[rule->turn];
    for (uint32_t k = 0; k < t->segment_count; k++)
      c->reach[p->segments[t->segments[k]].line] |= 1u << r;
    c->most_after[r] = c->most_after[r + 1];
    if (rule->level_count) c->most_after[r] += rule->gain_fen[rule->level_count - 1];
  }
  for (uint32_t line = 0; line < lines; line++) {
    if (!c->reach[line]) continue;
    uint32_t at = c->count++;
    for (; at > 0 && c->part->weight[c->lines[at - 1]] < c->part->weight[line]; at--)
      c->lines[at] = c->lines[at - 1];
    c->lines[at] = line;
  }
  return SP_OK;
}

sp_err cover_solve(search *x, const cover_part *part, cover_result *out) {
  sp_arena *arena = x->p->arena;
  size_t mark = arena_mark(arena);
  cover *c = arena_alloc(arena, sizeof(cover));
  if (!c) return SP_E_MEMORY;
  *c = (cover){.x = x, .part = part, .open_fen = -1};
  // No rule at all always stands.
  c->kept_count = 1;
  sp_err err = begin(c);
  if (err) return err;
  choose(c, 0, 0);
  if (c->open_fen >= c->best_fen) c->unproven = true;
  give_lines(c);
  *out = (cover_result){c->best_fen, sp_max(0, c->open_fen - c->best_fen), !c->unproven};
  arena_rewind(arena, mark);
  return SP_OK;
}
