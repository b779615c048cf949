import type { Context, PartDatabase } from '../../core/context.ts'

/**
 * What the two phases of a sync share. `named` has the group of each row as it is written; `wanted` the links that the file has, and
 * `groups` their groups, of which those that are `kept` lose nobody; `facts` what the first phase found out.
 */
const tables = `
  create table named (key not null, name text not null, primary key (key)) without rowid;
  create table ids (name text primary key, id text not null) without rowid;
  create table wanted (grp text, member text, primary key (grp, member)) without rowid;
  create table groups (grp text primary key, kept integer not null) without rowid;
  create table facts (name text primary key, value text not null) without rowid`

/** Opens the database of a sync. */
export const syncStore = (ctx: Context): PartDatabase => ctx.store.database('sync', [tables])

/** The fact why nobody is removed from any group. */
export const onlyAdding = 'only-adding'
