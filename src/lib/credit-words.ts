/** What a credit says somebody gave. */
export type CreditRole = 'source' | 'photo' | 'illustration' | 'graphic'

/** The words that announce a credit before a colon, per language. */
export const CREDIT_WORDS: Record<string, Partial<Record<CreditRole, string[]>>> = {
  en: {
    source: ['source', 'sources', 'credit', 'credits', 'image source'],
    photo: ['photo', 'photos', 'photo credit', 'photograph', 'picture', 'image', 'image credit', 'photo courtesy'],
    illustration: ['illustration'],
    graphic: ['graphic', 'graphics', 'infographic', 'chart', 'map']
  },
  vi: {
    source: ['nguồn', 'nguồn ảnh', 'theo nguồn'],
    photo: ['ảnh', 'ảnh chụp', 'hình', 'hình ảnh'],
    illustration: ['minh họa', 'minh hoạ', 'ảnh minh họa', 'ảnh minh hoạ'],
    graphic: ['đồ họa', 'đồ hoạ']
  },
  fr: {
    source: ['source', 'sources', 'crédit', 'crédits'],
    photo: ['photo', 'crédit photo', 'crédits photo', 'photographie', 'image'],
    illustration: ['illustration', 'dessin'],
    graphic: ['infographie', 'graphique', 'carte']
  },
  de: {
    source: ['quelle', 'bildquelle'],
    photo: ['foto', 'fotos', 'bild', 'fotonachweis', 'bildnachweis'],
    illustration: ['illustration', 'zeichnung'],
    graphic: ['grafik', 'karte']
  },
  es: {
    source: ['fuente', 'crédito', 'créditos'],
    photo: ['foto', 'fotos', 'fotografía', 'imagen'],
    illustration: ['ilustración'],
    graphic: ['gráfico', 'infografía', 'mapa']
  },
  pt: {
    source: ['fonte', 'crédito', 'créditos'],
    photo: ['foto', 'fotos', 'fotografia', 'imagem'],
    illustration: ['ilustração'],
    graphic: ['gráfico', 'infográfico', 'infografia']
  },
  it: { source: ['fonte'], photo: ['foto', 'immagine'], illustration: ['illustrazione'], graphic: ['grafica'] },
  ru: { source: ['источник'], photo: ['фото'], illustration: ['иллюстрация'], graphic: ['инфографика', 'графика'] },
  uk: { source: ['джерело'], photo: ['фото'], illustration: ['ілюстрація'], graphic: ['інфографіка'] },
  cs: { source: ['zdroj'], photo: ['foto', 'fotografie'], illustration: ['ilustrace'], graphic: ['grafika'] },
  pl: { source: ['źródło'], photo: ['fot.', 'fot', 'zdjęcie'], illustration: ['ilustracja'], graphic: ['grafika'] },
  zh: {
    source: ['图源', '图片来源', '来源', '圖源', '圖片來源', '來源', '资料来源', '資料來源'],
    photo: ['图片', '图', '摄影', '照片', '摄', '圖片', '圖', '攝影', '攝'],
    illustration: ['插图', '插画', '插圖'],
    graphic: ['制图', '製圖', '图表']
  },
  ja: {
    source: ['出典', '出所', '提供', '画像出典'],
    photo: ['写真', '写真提供', '撮影', '画像'],
    illustration: ['イラスト'],
    graphic: ['図', '図表', 'グラフィック']
  },
  ko: {
    source: ['출처', '자료', '사진 출처'],
    photo: ['사진', '사진 제공'],
    illustration: ['일러스트'],
    graphic: ['그래픽']
  },
  th: { source: ['ที่มา', 'แหล่งที่มา'], photo: ['ภาพ', 'ภาพถ่าย', 'รูป'], illustration: ['ภาพประกอบ'], graphic: ['กราฟิก'] },
  lo: {
    source: ['ແຫຼ່ງທີ່ມາ', 'ທີ່ມາ', 'ແຫຼ່ງຂໍ້ມູນ', 'ແຫລ່ງທີ່ມາ'],
    photo: ['ພາບ', 'ຮູບ', 'ຮູບພາບ', 'ພາບຖ່າຍ'],
    illustration: ['ພາບປະກອບ'],
    graphic: ['ກຣາຟິກ']
  },
  ar: {
    source: ['المصدر', 'مصدر', 'مصدر الصورة'],
    photo: ['صورة', 'الصورة', 'تصوير', 'صور'],
    illustration: ['رسم', 'رسم توضيحي'],
    graphic: ['رسم بياني', 'إنفوغراف']
  }
}

/** The words that announce a credit without a colon. */
export const CREDIT_PHRASES: Partial<Record<CreditRole, string[]>> = {
  photo: ['photo by', 'photos by', 'photograph by', 'photographed by', 'picture by', 'image by', 'photo courtesy of'],
  illustration: ['illustration by', 'illustrated by'],
  graphic: ['graphic by', 'infographic by']
}
