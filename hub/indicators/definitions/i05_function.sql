-- id: I5
-- title: Funksjonsbeskrivelse i utskrivningsrapporten
-- unit: andel av utskrivningsrapporter
-- population: gjeldende utskrivningsrapporter i avsluttede opphold
-- counts: funksjon er beskrevet med ord
-- leaves out: opphold uten utskrivningsrapport
-- source: HIS 1148; Vel heim
-- warning: Et ord mer eller mindre avgjør; tallet sier at noe er skrevet, ikke at det er godt.
-- version: 1
SELECT stays.id AS stay, '' AS part, content->'items'->>'funksjon' = 'present' AS hit, true AS counts,
    false AS unknown, NULL::numeric AS value
FROM stays CROSS JOIN jsonb_array_elements(stays.facts->'quality') AS content
WHERE content->>'kind' = 'utskrivningsrapport'
