import { resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { importFiles, type Progress, type Summary } from '../features/import/run.ts'
import { openStore } from '../server.ts'
import { openBar } from './bar.ts'

interface Options {
  rejects: string
  at?: string
  quiet?: boolean
}

/** `broadsheet import`: exits with 1 when a line was rejected, so that scripts notice. */
export async function importCommand(files: string[], { rejects, at, quiet }: Options): Promise<void> {
  const config = readConfig({ ...process.env, STATEMENT_TIMEOUT: process.env.STATEMENT_TIMEOUT ?? '60000' })
  const store = await openStore(config)
  const bar = quiet ? null : progressBar()
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  try {
    const media = resolve(config.DATA_DIR, 'media')
    const summary = await importFiles(store.db, files, {
      rejects,
      media,
      signal: stop.signal,
      progress: bar?.show ?? (() => {}),
      ...(at ? { at } : {})
    })
    bar?.stop()
    process.stdout.write(inWords(summary, rejects))
    if (summary.rejected > 0 || stop.signal.aborted) process.exitCode = 1
  } finally {
    bar?.stop()
    await store.close()
  }
}

function progressBar() {
  const bar = openBar('{bar} {percentage}% | {lines} lines, {rejected} rejected | {file}')
  let started = false
  const show = ({ file, lines, bytes, totalBytes, rejected }: Progress) => {
    const payload = { file, lines, rejected }
    if (!started) bar.start(totalBytes ?? 0, bytes, payload)
    started = true
    bar.update(bytes, payload)
  }
  return { show, stop: () => bar.stop() }
}

function inWords({ lines, created, updated, unchanged, rejected, seconds }: Summary, rejects: string): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([noun, count]) => `${count} ${noun}`)
      .join(', ') || 'nothing'
  return [
    `${lines} lines in ${seconds.toFixed(1)} s (${Math.round(lines / Math.max(seconds, 0.001))} a second)`,
    `  created    ${list(created)}`,
    `  updated    ${list(updated)}`,
    `  unchanged  ${unchanged}`,
    `  rejected   ${rejected}${rejected > 0 ? `, with their reasons in ${rejects}` : ''}`,
    ''
  ].join('\n')
}
