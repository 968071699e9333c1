import fc from 'fast-check'
import t from 'tap'
import { splitCredit } from '../src/lib/credit.ts'
import { isId } from '../src/lib/id.ts'
import { foldLabel, toSlug } from '../src/lib/slug.ts'
import { collapse, hasForbidden, wellFormed } from '../src/lib/text.ts'

const credits: [caption: string, text: string, name: string, role: string][] = [
  ['Một góc phố. (Nguồn: TTXVN)', 'Một góc phố.', 'TTXVN', 'source'],
  ['Một góc phố (Ảnh: Minh Quân/Báo Sông)', 'Một góc phố', 'Minh Quân/Báo Sông', 'photo'],
  ['Chợ nổi. Ảnh: Trần An', 'Chợ nổi.', 'Trần An', 'photo'],
  ['Le port (Source : Radio Delta)', 'Le port', 'Radio Delta', 'source'],
  ['Le port (Source\u00a0: Radio Delta).', 'Le port', 'Radio Delta', 'source'],
  ['Le port. (Crédit photo\u202f: Claire A.)', 'Le port.', 'Claire A', 'photo'],
  ['The harbour (source: lagoon press)', 'The harbour', 'lagoon press', 'source'],
  ['The harbour. (Photo: Lagoon (Asia))', 'The harbour.', 'Lagoon (Asia)', 'photo'],
  ['(Photo: Lagoon) The harbour', 'The harbour', 'Lagoon', 'photo'],
  ['The harbour. Photo credit: Lagoon Press.', 'The harbour.', 'Lagoon Press', 'photo'],
  ['Photo credit: Lagoon Press. The harbour at dawn.', 'The harbour at dawn.', 'Lagoon Press', 'photo'],
  ['The harbour Photo: Ann Lee/Lagoon', 'The harbour', 'Ann Lee/Lagoon', 'photo'],
  ['The harbour | Photograph by Ann Lee', 'The harbour', 'Ann Lee', 'photo'],
  ['The harbour © Ann Lee', 'The harbour', 'Ann Lee', 'source'],
  ['The harbour. Illustration: Ann Lee', 'The harbour.', 'Ann Lee', 'illustration'],
  ['Exports (Graphic: Data Desk)', 'Exports', 'Data Desk', 'graphic'],
  ['Photo: Reuters', '', 'Reuters', 'photo'],
  ['Der Hafen (Quelle: DPA)', 'Der Hafen', 'DPA', 'source'],
  ['Der Hafen (Foto: Jan Roth)', 'Der Hafen', 'Jan Roth', 'photo'],
  ['El puerto (Fuente: EFE)', 'El puerto', 'EFE', 'source'],
  ['O porto (Fonte: Lusa)', 'O porto', 'Lusa', 'source'],
  ['Порт (Источник: ТАСС)', 'Порт', 'ТАСС', 'source'],
  ['港口（图片来源：新华社）', '港口', '新华社', 'source'],
  ['港口 (图源:新华社)', '港口', '新华社', 'source'],
  ['港（写真：共同）', '港', '共同', 'photo'],
  ['항구 (사진: 연합뉴스)', '항구', '연합뉴스', 'photo'],
  ['ท่าเรือ (ที่มา: ข่าวสด)', 'ท่าเรือ', 'ข่าวสด', 'source'],
  ['ທ່າເຮືອ (ແຫຼ່ງທີ່ມາ: ຂປລ)', 'ທ່າເຮືອ', 'ຂປລ', 'source'],
  ['الميناء (المصدر: المرفأ)', 'الميناء', 'المرفأ', 'source'],
  ['الميناء (صورة: ليلى)', 'الميناء', 'ليلى', 'photo'],
  ['Přístav (Zdroj: ČTK)', 'Přístav', 'ČTK', 'source']
]

t.test('a credit', async t => {
  for (const [caption, text, name, role] of credits) {
    t.same(splitCredit(caption), { text, credit: { name, role } }, `leaves ${caption}`)
  }
})

t.test('what is not a credit stays in the caption', async t => {
  const captions = [
    'Two ministers (left) in Hanoi',
    'The old bridge (Photo taken in 2019)',
    'Photo: the minister arrives with his delegation',
    'She asked for the source: nobody knew it.',
    'The photo: a gift of the town',
    'A résumé of open source (see below)',
    'Photosynthesis: How Leaves Work',
    ''
  ]
  for (const caption of captions) t.same(splitCredit(caption), { text: caption, credit: null }, caption)
})

t.test('no letter of a caption is lost except what announces the credit', async t => {
  const piece = fc.oneof(
    fc.constantFrom(
      '(',
      ')',
      '（',
      '）',
      ' ',
      '. ',
      'Photo: ',
      'Source : ',
      '© ',
      'Ảnh: ',
      'photo by ',
      '写真：',
      '\n'
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 })
  )
  const letters = (text: string) => (text.normalize('NFC').match(/\p{L}/gu) ?? []).length
  const rule = () =>
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const caption = pieces.join('')
        const { text, credit } = splitCredit(caption)
        if (credit === null) return text === caption.normalize('NFC').trim()
        const lost = letters(caption) - letters(text) - letters(credit.name)
        return lost >= 0 && lost <= 16
      }),
      { numRuns: 500 }
    )
  t.doesNotThrow(rule)
})

t.test('a caption of any length is read in passing', async t => {
  const started = performance.now()
  for (const part of ['(Photo: ', 'Photo: ', ' . ', '(', '© a ', 'Photo by ']) splitCredit(part.repeat(2000))
  t.ok(performance.now() - started < 5000)
})

t.test('a slug', async t => {
  t.equal(toSlug('Đường sắt tốc độ cao: Hà Nội – Huế', 'x'), 'duong-sat-toc-do-cao-ha-noi-hue')
  t.equal(toSlug('Москва', 'x'), 'moskva')
  t.equal(toSlug('GROẞE Straße', 'x'), 'grosse-strasse')
  t.equal(toSlug('The town’s plan', 'x'), 'the-towns-plan')
  for (const text of ['王毅访问', '東京の桜', '한국 뉴스', 'اليمن', 'ข่าวไทย', 'ຂ່າວລາວ', 'हिन्दी']) {
    t.match(toSlug(text, ''), /^(?!untitled)[a-z]/, text)
  }
  t.equal(toSlug('🎉', 'Story 12'), 'story-12', 'uses the fallback when nothing can be read')
  t.equal(toSlug('', ''), 'untitled', 'is never empty')
  t.notOk(isId(toSlug('0190a0de-1111-7222-8333-944455556666', 'x')), 'never looks like an id')
  t.equal(toSlug('a'.repeat(200), 'x').length, 80)
  t.equal(toSlug(`${'a'.repeat(80)} b`, 'x').length, 80)
  t.equal(toSlug(`${'word '.repeat(15)}longer-word-at-the-end`, 'x').endsWith('-word'), true, 'is cut between words')
  const address = fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
    const slug = toSlug(text, 'story')
    return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug) && slug.length <= 80 && !isId(slug)
  })
  t.doesNotThrow(() => fc.assert(address))
})

t.test('labels that differ in case, width and spaces are one', async t => {
  for (const label of ['design', ' Design', 'DESIGN ', 'ＤＥＳＩＧＮ']) t.equal(foldLabel(label), 'design')
  t.equal(foldLabel('Straße'), foldLabel('STRASSE'))
  t.equal(foldLabel('ΟΔΟΣ'), foldLabel('οδος'))
  t.not(foldLabel('hát'), foldLabel('hạt'), 'but not those that differ in tone')
})

t.test('text for the database', async t => {
  t.equal(wellFormed('a\0b\ud800c\udc00d😀e'), 'abcd😀e')
  t.ok(hasForbidden('\ud83d'))
  t.ok(hasForbidden('a\0'))
  t.notOk(hasForbidden('😀'))
  t.equal(collapse(' a \n\t b\u00a0c '), 'a b c')
  const clean = fc.property(fc.string({ unit: 'binary' }), text => !hasForbidden(wellFormed(text)))
  t.doesNotThrow(() => fc.assert(clean))
})
