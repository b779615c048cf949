/** What a mapping file of an HR feed is made of: `entrapipe/hr`. See docs/hr-feeds.md. */
export { column, constant, firstOf, join, type Expression, type Given, type Text } from './expression.ts'
export { generated, type Generated, type GeneratedOptions } from './generated.ts'
export { hrFeed } from './hr-feed.ts'
export type { GroupRuleOptions, HrFeedOptions, Mapping } from './mapping.ts'
export type { DateOrder } from './days.ts'
