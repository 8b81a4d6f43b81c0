// How V8 compiles the oracle. By default it compiles early and inlines much; books of every shape
// then throw the code away again and again, and compiling takes as long as the carts do. Later and
// in smaller parts costs a third less over the first thousands of carts, and nothing after them.
// Threads started afterwards have these settings too.

import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--interrupt-budget=1000000');
setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
