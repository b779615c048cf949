import type { DatabaseSync } from 'node:sqlite'

/** An open SQLite file. */
export interface Tables {
  readonly sql: Pick<DatabaseSync, 'prepare' | 'exec'>
  /** Runs `work` in one transaction. */
  write<T>(work: () => T): T
}

/**
 * Tables of a run that reconciles a feed with a directory. Keys of persons, values of keys, and names are in lower case.
 *
 * `feed`: rows as they were read. `people`: the row that counts of each person, with the wanted properties; one that failed has a
 * `fault`. `remembered` and `effects`: the memory of the feed when the run began; of effects the days. `accounts`: what the directory has, live and deleted.
 * `claims`: the account of a person, or why it is in conflict. `decisions`: in the order of the keys.
 */
export const runTables: readonly string[] = [
  `create table feed (n integer primary key, line, person text not null, key text not null, effective text not null,
     main integer not null, ahead integer not null, fault text, fix text, row text not null);
   create table people (n integer primary key, person text not null, key text not null, line, standing text not null, today text not null,
     starts text, ended text, name text not null, manager text, wanted text not null, feed integer, fault text, fix text);
   create table person_keys (attribute integer not null, value text not null, person integer not null);
   create table remembered (person text primary key, key text not null, seen integer not null, account text, names text not null,
     class text not null, since text not null) without rowid;
   create table effects (account text primary key, disabled text, sessions text, settled text) without rowid;
   create table accounts (n integer primary key, id text not null, deleted integer not null, guest integer not null,
     owned integer not null, enabled integer not null, synced integer not null, upn text not null, name text not null, manager text,
     value text not null);
   create table account_keys (attribute integer not null, value text not null, account integer not null);
   create table names (name text not null, account integer);
   create table claims (person integer primary key, account integer, attribute integer not null, conflict text, fix text);
   create table contested (account integer primary key);
   create table decisions (n integer primary key, person integer, class text not null, key text not null, account text,
     value text not null);
   create table facts (name text primary key, value text not null) without rowid;`,
]

/**
 * Tables of the memory of a feed, in a file that survives runs.
 *
 * `feeds`: those that were acted on. `begun`: those that began, with the ordinal of the last feed that was acted on before. `people`:
 * what the feed says of them, by key in lower case; `names` are generated ones by property; `since` is the day on which the class began.
 * `effects`: what the feed did to accounts, by id, and on which day; `effect` and `how` as in `effects.ts`.
 */
export const memoryTables: readonly string[] = [
  `create table feeds (ordinal integer primary key, sha256 text not null, date text, rows integer not null, people integer not null,
     columns text not null, at text not null, run text not null);
   create table people (person text primary key, key text not null, seen integer not null, account text, names text not null,
     class text not null, since text not null, disabled integer not null) without rowid;
   create table memberships (person text not null, team text not null, given integer not null, primary key (person, team)) without rowid;`,
  `create table begun (sha256 text primary key, after integer not null) without rowid;`,
  `create table effects (account text not null, effect text not null, how integer not null, day text not null, primary key (account, effect)) without rowid;
   insert or replace into effects select account, 'disabled', 1, since from people where account is not null and disabled = 1;
   insert or replace into effects select account, 'settled', 1, since from people where account is not null and class = 'leaver';
   insert or replace into effects select p.account, m.team, m.given, p.since from memberships m join people p on p.person = m.person where p.account is not null;
   drop table memberships;
   alter table people drop column disabled;`,
]
