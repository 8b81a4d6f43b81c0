// UTF-8 by our own code: a mini-program has neither TextEncoder nor TextDecoder.
import { utf8Read, utf8Write } from '../utf8.js';

export const text = { write: utf8Write, read: utf8Read };
