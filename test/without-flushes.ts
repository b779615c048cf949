import fs from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync } from 'node:sqlite'

// Loaded before each test file, by own-folders.ts. What a test writes need not survive a loss of power, and waiting for the
// disk is a third of the time of those that write. A test of what is flushed, and when, puts its own functions over these;
// a process that a test starts flushes.
fs.fsyncSync = () => {}
fs.fdatasyncSync = () => {}
syncBuiltinESMExports()

const some = await open(import.meta.filename)
const handles = Object.getPrototypeOf(some) as FileHandle
await some.close()
handles.sync = async () => {}
handles.datasync = async () => {}

/** What flushes, for the test that asks a database whether a commit waits for the disk. */
export const { exec } = DatabaseSync.prototype
DatabaseSync.prototype.exec = function (sql) {
  // A new file is flushed when it gets its journal, which comes first.
  if (sql.startsWith('pragma journal_mode')) exec.call(this, 'pragma synchronous = off')
  exec.call(this, sql.replace(/synchronous = (?:normal|full)/, 'synchronous = off'))
}
