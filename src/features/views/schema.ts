import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LanguageTag, Named, Ref } from '../../contract/primitives.ts'

const edition = { article: Id, language: LanguageTag }

const Views = Named('Views', Closed({ ...edition, count: Type.Integer({ minimum: 1, maximum: 10_000 }) }))

export const ViewsInput = Named(
  'ViewsInput',
  Closed(
    { views: Type.Array(Ref(Views), { minItems: 1, maxItems: 1_000 }) },
    { description: 'How often editions were read since the last batch; what stands twice is added up' }
  )
)
export type ViewsInput = Static<typeof ViewsInput>

const UnknownEdition = Named('UnknownEdition', Closed(edition))

export const ViewsTaken = Named(
  'ViewsTaken',
  Closed({
    accepted: Type.Integer({ minimum: 0, description: 'Views that were counted' }),
    unknown: Type.Array(Ref(UnknownEdition), { description: 'What no reader can see at the moment: not counted' })
  })
)
export type ViewsTaken = Static<typeof ViewsTaken>

const HourOfViews = Named('HourOfViews', Closed({ hour: Instant, count: Type.Integer({ minimum: 1 }) }))

export const ViewsByHour = Named(
  'ViewsByHour',
  Closed(
    { ...edition, items: Type.Array(Ref(HourOfViews)) },
    { description: 'Views of one edition, the newest hour first; hours without any are left out' }
  )
)
export type ViewsByHour = Static<typeof ViewsByHour>

export const viewSchemas = [Views, ViewsInput, UnknownEdition, ViewsTaken, HourOfViews, ViewsByHour]
