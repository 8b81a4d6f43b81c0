// A script for a Worker, which answers `createEngineAsync({ worker })`; it exports nothing.
// Worker 脚本，供 `createEngineAsync({ worker })` 使用；没有导出。
export {};
