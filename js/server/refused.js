// Why something was not done, for the one who asked. `code` is a result code of the protocol
// (src/sync/README.md, section 5), `data` what stands beside it in the result.
export class Refused extends Error {
  constructor(code, data = {}) {
    super(code);
    this.code = code;
    this.data = data;
  }
}

/** An answer without authentication: an HTTP status and a code. */
export class HttpError extends Error {
  constructor(status, code, message = code, data = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }
}
