// The answers of openapi/examples.json, asked anew of a running demo newsroom: node scripts/write-examples.js http://localhost:3000
import { readFileSync, writeFileSync } from 'node:fs'

const file = 'openapi/examples.json'
const server = process.argv[2] ?? 'http://localhost:3000'
const examples = JSON.parse(readFileSync(file, 'utf8'))
for (const example of examples) {
  const response = await fetch(new URL(example.request, server), {
    redirect: 'manual',
    headers: { 'x-request-id': 'example-request' }
  })
  example.status = response.status
  example.answer = await response.json()
}
writeFileSync(file, `${JSON.stringify(examples, null, 2)}\n`)
