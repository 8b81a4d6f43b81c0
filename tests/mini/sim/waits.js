/** How long tests wait for what a page shows, in both kinds of page and on a busy machine. */
export const PAGE_MS = 20000;
