// Where the engine is: a folder that was copied into the mini-program. With npm it is 'suanpan'.
module.exports = require('../suanpan/miniprogram.js');
