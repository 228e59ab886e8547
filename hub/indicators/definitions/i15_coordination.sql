-- id: I15
-- title: Plan, koordinator, CFS, individuell plan og hva som er viktig
-- unit: andel av avsluttede opphold
-- population: opphold der pasienten var meldt utskrivningsklar
-- counts: hver for seg, at det finnes
-- leaves out: opphold som ikke gikk til kommunen
-- source: Vel heim; spesialisthelsetjenesteloven § 2-5a
-- version: 1
SELECT stays.id AS stay, has.part, COALESCE(has.found, false) AS hit, true AS counts, false AS unknown,
    NULL::numeric AS value
FROM stays CROSS JOIN LATERAL (VALUES
    ('utskrivningsplan', (facts->>'care_plan')::boolean),
    ('koordinator', facts->>'coordinator' IS NOT NULL),
    ('CFS', facts->>'cfs' IS NOT NULL),
    ('individuell plan', facts->>'individual_plan' = 'active'),
    ('hva er viktig', facts->>'what_matters' IS NOT NULL)
) AS has(part, found)
WHERE jsonb_array_length(stays.facts->'readiness') > 0
