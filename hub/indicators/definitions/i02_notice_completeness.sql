-- id: I2
-- title: Innhold i tidligmeldingen
-- unit: andel av tidligmeldinger
-- population: gjeldende tidligmeldinger i avsluttede opphold, oppdateringer ikke medregnet
-- counts: alle fire punkter er dokumentert; for hvert punkt at det er dokumentert
-- leaves out: punkter som ikke er aktuelle
-- value: hvor mange punkter som er dokumentert
-- source: avtale og HIS 1144; Vel heim
-- warning: Vis antall av antall, ikke bare prosent: Vel heim oppgir 9 av 19 med alle punkter og 9 av 18 med mangler for det
-- samme utvalget. Sykehus skal ikke sammenlignes på grunnlag av små utvalg.
-- version: 1
WITH notice AS (
    SELECT stays.id, content FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'quality') AS content
    WHERE content->>'kind' = 'tidligmelding'
)
SELECT id AS stay, 'alle punkter' AS part, content->'present' = content->'of' AS hit, true AS counts,
    false AS unknown, (content->>'present')::numeric AS value
FROM notice
UNION ALL
SELECT id, item.key, item.word = 'present', item.word <> 'n/a', false, NULL
FROM notice CROSS JOIN jsonb_each_text(content->'items') AS item(key, word)
