/* The native command line: JSON in, JSON out, one call of suanpan.h a command.
 * A program, not the core: files and malloc are allowed here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suanpan.h"

enum { EXIT_GOOD = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static const char usage[] =
    "usage: suanpan quote|explain|estimate --book BOOK --request FILE|-\n"
    "       suanpan check --book BOOK\n"
    "       suanpan share --request FILE|-\n"
    "       suanpan refund --request FILE|-\n"
    "       suanpan batch --book BOOK        a request a line on standard input, a reply a line "
    "out\n"
    "       suanpan info | codes             version and errors; all codes and limits, with texts\n"
    "exit: 0 good, 1 the input was refused, 2 wrong usage\n";

/* Virtual memory until it is touched, so generous costs nothing. */
static const size_t book_arena_size = (size_t)64 << 20;
static const size_t scratch_size = (size_t)128 << 20;

typedef struct {
  const char *command, *book, *request;
} arguments;

static sp_arena arena_open(size_t size) {
  sp_arena arena = {malloc(size), 0, size, NULL};
  if (!arena.base) arena.capacity = 0;
  return arena;
}

static bool parse(int argc, char **argv, arguments *out) {
  if (argc < 2 || argc % 2) return false;
  *out = (arguments){argv[1], NULL, NULL};
  for (int i = 2; i < argc; i += 2) {
    const char **target = !strcmp(argv[i], "--book")      ? &out->book
                          : !strcmp(argv[i], "--request") ? &out->request
                                                          : NULL;
    if (!target || *target) return false;
    *target = argv[i + 1];
  }
  return true;
}

/* The whole file, "-" for standard input. Stops one byte past the largest book: more is refused
 * anyway. */
static bool read_file(const char *path, sp_text *out) {
  const size_t room = SP_BOOK_BYTES_MAX + 1;
  bool standard = !strcmp(path, "-");
  FILE *file = standard ? stdin : fopen(path, "rb");
  char *bytes = malloc(room);
  size_t size = file && bytes ? fread(bytes, 1, room, file) : 0;
  bool good = file && bytes && !ferror(file);
  if (file && !standard) fclose(file);
  if (!good) {
    fprintf(stderr, "suanpan: can't read %s\n", path);
    free(bytes);
    return false;
  }
  *out = (sp_text){bytes, (uint32_t)size};
  return true;
}

static int print(sp_text reply, bool refused) {
  fwrite(reply.ptr, 1, reply.size, stdout);
  fputc('\n', stdout);
  return fflush(stdout) ? EXIT_USAGE : refused ? EXIT_REFUSED : EXIT_GOOD;
}

static sp_err load(sp_arena *arena, sp_arena *scratch, sp_text bytes, const sp_book **book,
                   sp_text *reply) {
  bool container = bytes.size >= 4 && !memcmp(bytes.ptr, "SPB1", 4);
  return container ? suanpan_book_open(arena, scratch, bytes, book, reply)
                   : suanpan_book_load(arena, scratch, bytes, book, reply);
}

/* Each line is priced by itself; a refused one does not end the batch. */
static int batch(const sp_book *book, sp_arena *scratch) {
  // Longer requests are refused, so the rest of such a line need not be kept.
  const size_t room = SP_REQUEST_BYTES_MAX + 1;
  char *line = malloc(room);
  if (!line) return EXIT_USAGE;
  size_t size = 0;
  int status = EXIT_GOOD;
  for (int c = getchar(); status == EXIT_GOOD && (c != EOF || size > 0); c = getchar()) {
    if (c != '\n' && c != EOF) {
      if (size < room) line[size++] = (char)c;
      continue;
    }
    sp_text reply;
    size_t mark = arena_mark(scratch);
    suanpan_quote(book, scratch, (sp_text){line, (uint32_t)size}, &reply);
    if (print(reply, false) != EXIT_GOOD) status = EXIT_USAGE;
    arena_rewind(scratch, mark);
    size = 0;
    if (c == EOF) break;
  }
  free(line);
  return status;
}

static int run_with_book(const arguments *args, sp_arena *scratch, sp_text bytes) {
  sp_arena arena = arena_open(book_arena_size);
  const sp_book *book = NULL;
  sp_text request = {NULL, 0}, reply;
  int status = EXIT_USAGE;
  sp_err err = load(&arena, scratch, bytes, &book, &reply);
  if (err) {
    status = print(reply, true);
  } else if (!strcmp(args->command, "batch")) {
    status = batch(book, scratch);
  } else if (read_file(args->request, &request)) {
    bool explain = !strcmp(args->command, "explain");
    bool cards = !strcmp(args->command, "estimate");
    err = cards     ? suanpan_estimate(book, scratch, request, &reply)
          : explain ? suanpan_explain(book, scratch, request, &reply)
                    : suanpan_quote(book, scratch, request, &reply);
    status = print(reply, err);
  }
  free((void *)(uintptr_t)request.ptr);
  free(arena.base);
  return status;
}

static int run_on_bytes(const arguments *args, sp_arena *scratch) {
  sp_text bytes, reply;
  int status;
  if (!read_file(args->book ? args->book : args->request, &bytes)) return EXIT_USAGE;
  if (!strcmp(args->command, "check")) {
    sp_err err = suanpan_book_check(scratch, bytes, &reply);
    static const char good[] = "{\"ok\":true";
    bool ok = !err && reply.size >= sizeof good && !memcmp(reply.ptr, good, sizeof good - 1);
    status = print(reply, !ok);
  } else if (!strcmp(args->command, "share")) {
    sp_err err = suanpan_share(scratch, bytes, &reply);
    status = print(reply, err);
  } else if (!strcmp(args->command, "refund")) {
    sp_err err = suanpan_refund(scratch, bytes, &reply);
    status = print(reply, err);
  } else {
    status = run_with_book(args, scratch, bytes);
  }
  free((void *)(uintptr_t)bytes.ptr);
  return status;
}

static int run(const arguments *args, sp_arena *scratch) {
  /* Which of --book and --request a command takes: it needs these and no other. */
  static const struct {
    const char *name;
    bool book, request;
  } commands[] = {{"quote", true, true},    {"explain", true, true}, {"check", true, false},
                  {"estimate", true, true}, {"share", false, true},  {"batch", true, false},
                  {"info", false, false},   {"codes", false, false}, {"refund", false, true}};
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
    if (strcmp(commands[i].name, args->command)) continue;
    if (commands[i].book != !!args->book || commands[i].request != !!args->request) break;
    if (args->book || args->request) return run_on_bytes(args, scratch);
    sp_text reply;
    sp_err err = !strcmp(args->command, "codes") ? suanpan_codes(scratch, &reply)
                                                 : suanpan_info(scratch, &reply);
    return print(reply, err);
  }
  fputs(usage, stderr);
  return EXIT_USAGE;
}

int main(int argc, char **argv) {
  arguments args;
  if (!parse(argc, argv, &args)) {
    fputs(usage, stderr);
    return EXIT_USAGE;
  }
  sp_arena scratch = arena_open(scratch_size);
  int status = run(&args, &scratch);
  free(scratch.base);
  return status;
}
