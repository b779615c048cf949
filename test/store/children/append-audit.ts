/** Appends to the audit log beside other processes, and says each head; it may be killed. */
import { openAudit } from '../../../src/store/audit.ts'

const [, , path, name, batches, rows] = process.argv as [string, string, string, string, string, string]
const audit = openAudit(path)
for (let batch = 0; batch < Number(batches); batch++) {
  const entries = Array.from({ length: Number(rows) }, (_, row) => ({ name, batch, row, text: 'ü'.repeat(200) }))
  process.stdout.write(`${await audit.append(entries)}\n`)
}
