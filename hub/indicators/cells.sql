-- What every indicator reads, and how its units become cells. `:definition`, `:groups` and `:cube` are put in by
-- hub.indicators.compute: the indicator's SELECT, the columns to group by, and all totals over them.
WITH every_stay AS (
    SELECT id, lane AS person, COALESCE(NULLIF(municipality, ''), 'ukjent') AS municipality,
        COALESCE(NULLIF(hospital, ''), 'ukjent') AS hospital, hospital || ' / ' || ward AS ward, began, ended, is_open,
        facts,
        COALESCE(facts->>'pathway', 'ukjent') AS pathway,
        CASE
            WHEN (facts->>'cfs')::int BETWEEN 1 AND 3 THEN '1-3'
            WHEN (facts->>'cfs')::int = 4 THEN '4'
            WHEN (facts->>'cfs')::int IN (5, 6) THEN '5-6'
            WHEN (facts->>'cfs')::int BETWEEN 7 AND 9 THEN '7-9'
            ELSE 'ukjent'
        END AS cfs,
        CASE
            WHEN (facts->>'age')::int < 18 THEN '0-17'
            WHEN (facts->>'age')::int < 67 THEN '18-66'
            WHEN (facts->>'age')::int < 80 THEN '67-79'
            WHEN (facts->>'age')::int >= 80 THEN '80+'
            ELSE 'ukjent'
        END AS age,
        to_char(COALESCE(ended, began) AT TIME ZONE 'Europe/Oslo', 'YYYY-MM') AS month
    FROM stay
), stays AS (
    SELECT * FROM every_stay WHERE ended >= :start AND ended < :stop
), unit AS (
    :definition
)
SELECT unit.part AS part, :groups
    count(*) FILTER (WHERE unit.counts AND unit.hit) AS numerator,
    count(*) FILTER (WHERE unit.counts) AS denominator,
    count(*) FILTER (WHERE unit.unknown) AS unknown,
    count(unit.value) FILTER (WHERE unit.counts) AS valued,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY unit.value) FILTER (WHERE unit.counts) AS median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY unit.value) FILTER (WHERE unit.counts) AS p90,
    avg(unit.value) FILTER (WHERE unit.counts) AS mean,
    sum(unit.value) FILTER (WHERE unit.counts) AS total
FROM unit JOIN every_stay ON every_stay.id = unit.stay
WHERE unit.counts OR unit.unknown
GROUP BY unit.part, :cube
ORDER BY unit.part
