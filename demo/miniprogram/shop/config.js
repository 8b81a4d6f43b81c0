// Whom this mini-program talks to. The simulator answers for the name; in the DevTools take the
// address that `npm start` prints and switch the check of domain names off.
module.exports = { url: 'https://shop.tea.example' };
