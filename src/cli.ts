#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander'
import { importCommand } from './commands/import.ts'
import { migrateCommand } from './commands/migrate.ts'
import { openapiCommand, schemaCommand } from './commands/print.ts'
import { serveCommand } from './commands/serve.ts'
import { settingsHelp } from './config.ts'

const instant = (text: string) => {
  if (Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('Not an RFC 3339 instant.')
  return new Date(text).toISOString()
}

const program = new Command('broadsheet')
  .description('A headless CMS content API for multilingual newsrooms.')
  .version('0.1.0')
  .showHelpAfterError()
  .addHelpText('after', `\nConfiguration, from the environment:\n${settingsHelp()}`)

program
  .command('serve')
  .description('Start the API; brings the database to this version first. Ctrl-C stops all that was started.')
  .option('--demo', 'fill an empty database with the demo newsroom')
  .action(serveCommand)

program
  .command('migrate')
  .description('Bring the database to this version and leave. Safe to run beside a server that starts.')
  .action(migrateCommand)

program
  .command('import')
  .description('Read newsroom NDJSON, plain or gzip, into the database. Can be repeated and continued.')
  .argument('<files...>', 'files to read; - is standard input')
  .option('--rejects <file>', 'where lines that cannot be imported go, with the reason', 'import.rejects.ndjson')
  .option('--at <instant>', 'the instant given to things without a date (default: now)', instant)
  .option('--quiet', 'no progress, only the summary')
  .action(importCommand)

program
  .command('openapi')
  .description('Print the OpenAPI 3.1 document.')
  .option('-o, --output <file>', 'write it to a file instead')
  .action(openapiCommand)

program
  .command('schema')
  .description('Print the JSON Schema of newsroom NDJSON.')
  .option('-o, --output <file>', 'write it to a file instead')
  .action(schemaCommand)

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`broadsheet: ${(error as Error).message}\n`)
  process.exitCode = 1
}
