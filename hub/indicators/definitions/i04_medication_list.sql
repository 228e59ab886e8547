-- id: I4
-- title: Legemiddelliste i utskrivningsrapporten
-- unit: andel av utskrivningsrapporter
-- population: gjeldende utskrivningsrapporter i avsluttede opphold
-- counts: minst ett strukturert legemiddel, eller «ingen» med ord
-- leaves out: opphold uten utskrivningsrapport
-- source: HIS 1148
-- version: 1
SELECT stays.id AS stay, '' AS part, content->'items'->>'legemiddelliste' = 'present' AS hit, true AS counts,
    false AS unknown, NULL::numeric AS value
FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'quality') AS content
WHERE content->>'kind' = 'utskrivningsrapport'
