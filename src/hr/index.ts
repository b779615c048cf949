/** What a mapping file of an HR feed is made of: `entrapipe/hr`. See docs/hr-feeds.md. */
export type { Expression } from './expression.ts'
export type { Text } from './text-expression.ts'
export { column, constant, firstOf, join, type Given } from './values.ts'
export { generated, type Generated, type GeneratedOptions } from './generated.ts'
export { hrFeed } from './hr-feed.ts'
export type { GroupRuleOptions, HrFeedOptions, Mapping } from './mapping.ts'
export type { DateOrder } from './days.ts'
