import type { FastifyRequest } from 'fastify'
import { ApiError, atPlace } from '../contract/errors.ts'
import { targetOf } from '../db/reach.ts'
import { resolveMentions } from '../db/references.ts'
import { levels } from '../lib/levels.ts'
import { mostEditions } from '../resources/articles/desk.ts'
import { publishEdition } from '../resources/articles/editions/moves.ts'
import { createEdition } from '../resources/articles/editions/save.ts'
import type { EditionInput } from '../resources/articles/editions/schema.ts'
import { isNarrowed, mustAlso, mustReach } from './access.ts'
import type { Along } from './desk-routes.ts'

/** An edition as it was sent, and where in the body. */
interface Sent {
  edition: EditionInput
  place: string
}

/** The editions that come with a new article: written one after the other, all in its transaction. */
export const editionsAlong: Along = {
  // One looks the languages up, one the section; an edition costs at most 12 when it is published at once.
  statements: 2 + 12 * mostEditions,
  async write(request, key, record, ids) {
    const originalLanguage = String(record.originalLanguage)
    const editions = (record.editions ?? []) as EditionInput[]
    const sent = editions.map((edition, n): Sent => ({ edition, place: `/editions/${n}` }))
    const inOrder = originalsFirst(sent, originalLanguage)
    await resolveMentions(
      request.db,
      sent.map(({ edition, place }) => ({ pointer: `${place}/language`, table: 'languages', key: edition.language }))
    )
    await mayWriteAll(request, sent, ids)
    for (const { edition, place } of inOrder) {
      await atPlace(place, async () => {
        const { language, publish } = edition
        await createEdition(
          request.db,
          { article: key, language, originalLanguage, actor: request.principal.id },
          edition
        )
        if (publish) await publishEdition(request.db, key, language)
      })
    }
  }
}

const refuse = (pointer: string, detail: string) =>
  new ApiError('invalid-field', detail, { errors: [{ pointer, detail }] })

/** What a translation is made from comes before it, whatever the order they were sent in. */
function originalsFirst(sent: readonly Sent[], originalLanguage: string): Sent[] {
  const languages = sent.map(({ edition }) => edition.language)
  const twice = sent.find(({ edition }, n) => languages.indexOf(edition.language) < n)
  if (twice) throw refuse(`${twice.place}/language`, `There are two editions in "${twice.edition.language}".`)
  const madeFrom = ({ edition: { language, translation } }: Sent) =>
    language === originalLanguage ? null : (translation?.of?.language ?? originalLanguage)
  const inLevels = levels(sent, ({ edition }) => edition.language, madeFrom)
  if (inLevels) return inLevels.flat()
  const circular = sent.filter(one => madeFrom(one) !== null && languages.includes(madeFrom(one)!))
  const named = circular.map(({ edition }) => edition.language).join(', ')
  throw refuse(`${circular[0]!.place}/translation/of`, `Some of ${named} are translated from each other in a circle.`)
}

/** Every language must be within the writer's reach, and within the publisher's where it is published. */
async function mayWriteAll(request: FastifyRequest, sent: readonly Sent[], ids: Map<string, string>) {
  let place: ReturnType<typeof targetOf> | undefined
  const targetIn = async (language: string) => {
    place ??= targetOf(request.db, ids.get('/section')!, ids.get('/source') ?? null)
    return { ...(await place), language }
  }
  for (const { edition, place: pointer } of sent) {
    const refusal = new ApiError('forbidden', `The scopes of this key do not reach "${edition.language}" (${pointer}).`)
    if (isNarrowed(request)) mustReach(request, await targetIn(edition.language), refusal)
    if (edition.publish) await mustAlso(request, 'articles:publish', () => targetIn(edition.language))
  }
}
