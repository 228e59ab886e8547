-- id: I8
-- title: Overliggerdøgn og beløp
-- unit: andel av avsluttede opphold
-- population: opphold der pasienten var meldt utskrivningsklar
-- counts: minst ett betalt døgn etter reglene som er valgt her
-- leaves out: døgn som bare er mulige; de er ukjente. Tallet er et anslag, ikke et krav
-- value: døgn; i egen rad kroner
-- source: forskrift 18.11.2011 nr. 1115 § 13
-- warning: Per 1000 innbyggere regnes av den som har folketallet; det er ikke en del av loggen.
-- version: 1
WITH paid AS (
    SELECT id, facts->'pay'->>'state' IN ('none', 'closed', 'running') AS known, (facts->'pay'->>'days')::numeric AS days,
        (facts->'pay'->>'amount')::numeric AS amount
    FROM stays WHERE jsonb_array_length(facts->'readiness') > 0
)
SELECT id AS stay, 'døgn' AS part, days > 0 AS hit, COALESCE(known, false) AS counts,
    NOT COALESCE(known, false) AS unknown, days AS value
FROM paid
UNION ALL
SELECT id, 'kroner', amount > 0, COALESCE(known, false) AND amount IS NOT NULL,
    NOT COALESCE(known, false) OR amount IS NULL, amount
FROM paid
