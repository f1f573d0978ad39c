-- pg_dump keeps no history unless asked to: PGOPTIONS='-c pg_almanac.dump_history=on' adds the dictionaries,
-- --include-foreign-data=almanac the samples.
SELECT pg_catalog.pg_extension_config_dump('almanac.servers', 'WHERE server_id <> 0 AND current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.roles', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.query_texts', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.plan_texts', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.retention_settings', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.event_log', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.marks', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.pinned_baselines', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.baseline_cuts', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.event_log_event_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.marks_event_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.pinned_baselines_baseline_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.threshold_settings', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.metric_definitions', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.metric_definitions_metric_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.finding_threshold_settings', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.finding_log', 'WHERE acknowledged IS NOT NULL OR muted_until IS NOT NULL OR current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.finding_log_finding_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.objective_definitions', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.objective_definitions_objective_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.objective_steps', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.report_schedules', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.report_schedules_schedule_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.report_log', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.report_log_report_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.optimization_log', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.optimization_log_optimization_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.optimization_parts', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.optimization_results', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.alert_rule_settings', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.alert_mutes', '');
SELECT pg_catalog.pg_extension_config_dump('almanac.alert_log', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.alert_changes', 'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
SELECT pg_catalog.pg_extension_config_dump('almanac.alert_log_alert_id_seq', '');
DO $$
DECLARE
	stream text;
BEGIN
	FOR stream IN SELECT DISTINCT c.stream FROM almanac.stream_columns() c LOOP
		PERFORM pg_catalog.pg_extension_config_dump(pg_catalog.format('almanac.%I', stream || '_keys'),
			'WHERE current_setting(''pg_almanac.dump_history'', true) = ''on''');
		PERFORM pg_catalog.pg_extension_config_dump(pg_catalog.format('almanac.%I', stream || '_samples'), '');
		PERFORM pg_catalog.pg_extension_config_dump(pg_catalog.pg_get_serial_sequence(pg_catalog.format('almanac.%I', stream || '_keys'), 'series_id')::regclass, '');
	END LOOP;
END
$$;
