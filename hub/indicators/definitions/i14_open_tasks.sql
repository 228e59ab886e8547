-- id: I14
-- title: Åpne oppgaver for sykehus og kommune
-- unit: andel av åpne plikter
-- population: plikter som det ventes på nå, i opphold som ikke er avsluttet; vinduet gjelder ikke
-- counts: fristen er gått ut
-- leaves out: plikter uten frist
-- value: dager siden fristen; minus er dager igjen
-- window: none
-- source: vår oversikt over pliktene
-- version: 1
SELECT every_stay.id AS stay,
    CASE WHEN duty->'owner'->>'number' = every_stay.hospital THEN 'sykehus' ELSE 'kommune' END AS part,
    (duty->>'due')::timestamptz < :as_of AS hit, true AS counts, false AS unknown,
    round(extract(epoch FROM :as_of - (duty->>'due')::timestamptz) / 86400, 1) AS value
FROM every_stay CROSS JOIN jsonb_array_elements(every_stay.facts->'duties') AS duty
WHERE every_stay.is_open AND (duty->>'open')::boolean AND duty->>'due' IS NOT NULL
