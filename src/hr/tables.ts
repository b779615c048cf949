/**
 * Tables of a run that reconciles a feed with a directory. Values of `keys` and `names` are in lower case.
 *
 * `feed`: rows as they were read. `people`: the row that counts of each person, with the wanted account. `accounts`: what the
 * directory has, live and deleted. `claims`: which account a person has. `decisions`: in the order of the keys.
 */
export const runTables: readonly string[] = [
  `create table feed (line integer primary key, person text not null, effective text, primary_row integer not null,
     fault text, row text not null);
   create table people (n integer primary key, person text not null, key text not null, line integer not null, class text not null,
     name text not null, manager text, wanted text not null, row text, fault text, fix text);
   create table person_keys (attribute integer not null, value text not null, person integer not null);
   create table accounts (n integer primary key, id text not null, deleted integer not null, guest integer not null,
     owned integer not null, manager text, value text not null);
   create table account_keys (attribute integer not null, value text not null, account integer not null);
   create table names (name text not null, account integer);
   create table claims (person integer primary key, account integer, attribute integer, conflict text, fix text) without rowid;
   create table decisions (n integer primary key, class text not null, key text not null, person text, account text, value text not null);
   create table facts (name text primary key, value text not null) without rowid;`,
]

/**
 * Tables of the memory of a feed, in a file that survives runs.
 *
 * `feeds`: those that were acted on. `people`: what the feed gave them, by key in lower case. `memberships`: `given` is 1 if the feed
 * gave it, 0 if it was there before.
 */
export const memoryTables: readonly string[] = [
  `create table feeds (ordinal integer primary key, sha256 text not null, date text, rows integer not null, people integer not null,
     columns text not null, at text not null, run text not null);
   create table people (person text primary key, key text not null, seen integer not null, account text, userPrincipalName text,
     mailNickname text, class text not null, since text not null) without rowid;
   create table memberships (person text not null, group_name text not null, given integer not null,
     primary key (person, group_name)) without rowid;`,
]
