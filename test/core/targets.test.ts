import t from 'tap'
import { nameOfTarget, overlap, targetAt } from '../../src/core/targets.ts'

t.test('the target of a file is its URL, and messages show its path', async t => {
  t.equal(targetAt('/out/ä b%.csv'), 'file:///out/%C3%A4%20b%25.csv')
  t.equal(nameOfTarget('file:///out/%C3%A4%20b%25.csv'), '/out/ä b%.csv')
  t.equal(nameOfTarget('s3://bucket/x.csv'), 's3://bucket/x.csv')
})

t.test('a folder covers everything below it, a file only itself', async t => {
  const covered = [
    ['file:///out/', 'file:///out/x.csv'],
    ['file:///out/', 'file:///out/a/x.csv'],
    ['file:///out/', 'file:///out/a/'],
    ['file:///out/', 'file:///out'],
    ['file:///x.csv', 'file:///x.csv'],
    ['s3://bucket/out/', 's3://bucket/out/x.csv'],
  ] as const
  const apart = [
    ['file:///out', 'file:///out/x.csv'],
    ['file:///out/', 'file:///output/x.csv'],
    ['file:///out/', 'file:///out.csv'],
    ['file:///out/', 's3://out/x.csv'],
  ] as const
  for (const [a, b] of covered) t.strictSame([overlap(a, b), overlap(b, a)], [true, true], `${a} ${b}`)
  for (const [a, b] of apart) t.strictSame([overlap(a, b), overlap(b, a)], [false, false], `${a} ${b}`)
})
