-- What pg_almanac 1.0 recorded.
SET client_min_messages = warning;
DELETE FROM almanac.recorder;
DELETE FROM almanac.servers;
CREATE TABLE almanac.database_raw_p20261110 (LIKE almanac.database_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261110 FOR VALUES FROM ('2026-11-10 00:00:00+00') TO ('2026-11-11 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.database_raw_p20261110;
CREATE TABLE almanac.database_raw_p20261111 (LIKE almanac.database_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261111 FOR VALUES FROM ('2026-11-11 00:00:00+00') TO ('2026-11-12 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.database_raw_p20261111;
CREATE TABLE almanac.database_raw_p20261112 (LIKE almanac.database_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261112 FOR VALUES FROM ('2026-11-12 00:00:00+00') TO ('2026-11-13 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.database_raw_p20261112;
CREATE TABLE almanac.database_raw_p20261113 (LIKE almanac.database_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261113 FOR VALUES FROM ('2026-11-13 00:00:00+00') TO ('2026-11-14 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.database_raw_p20261113;
CREATE TABLE almanac.database_raw_p20261114 (LIKE almanac.database_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261114 FOR VALUES FROM ('2026-11-14 00:00:00+00') TO ('2026-11-15 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.database_raw_p20261114;
CREATE TABLE almanac.database_raw_p20261122 (LIKE almanac.database_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261122 FOR VALUES FROM ('2026-11-22 00:00:00+00') TO ('2026-11-23 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.database_raw_p20261122;
CREATE TABLE almanac.index_raw_p20261122 (LIKE almanac.index_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.index_raw ATTACH PARTITION almanac.index_raw_p20261122 FOR VALUES FROM ('2026-11-22 00:00:00+00') TO ('2026-11-23 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.index_raw_p20261122;
CREATE TABLE almanac.snapshot_raw_p20261122 (LIKE almanac.snapshot_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.snapshot_raw ATTACH PARTITION almanac.snapshot_raw_p20261122 FOR VALUES FROM ('2026-11-22 00:00:00+00') TO ('2026-11-23 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.snapshot_raw_p20261122;
CREATE TABLE almanac.statement_raw_p20261110 (LIKE almanac.statement_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261110 FOR VALUES FROM ('2026-11-10 00:00:00+00') TO ('2026-11-11 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.statement_raw_p20261110;
CREATE TABLE almanac.statement_raw_p20261111 (LIKE almanac.statement_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261111 FOR VALUES FROM ('2026-11-11 00:00:00+00') TO ('2026-11-12 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.statement_raw_p20261111;
CREATE TABLE almanac.statement_raw_p20261112 (LIKE almanac.statement_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261112 FOR VALUES FROM ('2026-11-12 00:00:00+00') TO ('2026-11-13 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.statement_raw_p20261112;
CREATE TABLE almanac.statement_raw_p20261113 (LIKE almanac.statement_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261113 FOR VALUES FROM ('2026-11-13 00:00:00+00') TO ('2026-11-14 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.statement_raw_p20261113;
CREATE TABLE almanac.statement_raw_p20261122 (LIKE almanac.statement_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261122 FOR VALUES FROM ('2026-11-22 00:00:00+00') TO ('2026-11-23 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.statement_raw_p20261122;
CREATE TABLE almanac.system_raw_p20261110 (LIKE almanac.system_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261110 FOR VALUES FROM ('2026-11-10 00:00:00+00') TO ('2026-11-11 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.system_raw_p20261110;
CREATE TABLE almanac.system_raw_p20261111 (LIKE almanac.system_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261111 FOR VALUES FROM ('2026-11-11 00:00:00+00') TO ('2026-11-12 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.system_raw_p20261111;
CREATE TABLE almanac.system_raw_p20261112 (LIKE almanac.system_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261112 FOR VALUES FROM ('2026-11-12 00:00:00+00') TO ('2026-11-13 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.system_raw_p20261112;
CREATE TABLE almanac.system_raw_p20261113 (LIKE almanac.system_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261113 FOR VALUES FROM ('2026-11-13 00:00:00+00') TO ('2026-11-14 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.system_raw_p20261113;
CREATE TABLE almanac.system_raw_p20261114 (LIKE almanac.system_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261114 FOR VALUES FROM ('2026-11-14 00:00:00+00') TO ('2026-11-15 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.system_raw_p20261114;
CREATE TABLE almanac.system_raw_p20261122 (LIKE almanac.system_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261122 FOR VALUES FROM ('2026-11-22 00:00:00+00') TO ('2026-11-23 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.system_raw_p20261122;
CREATE TABLE almanac.table_raw_p20261110 (LIKE almanac.table_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261110 FOR VALUES FROM ('2026-11-10 00:00:00+00') TO ('2026-11-11 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.table_raw_p20261110;
CREATE TABLE almanac.table_raw_p20261111 (LIKE almanac.table_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261111 FOR VALUES FROM ('2026-11-11 00:00:00+00') TO ('2026-11-12 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.table_raw_p20261111;
CREATE TABLE almanac.table_raw_p20261112 (LIKE almanac.table_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261112 FOR VALUES FROM ('2026-11-12 00:00:00+00') TO ('2026-11-13 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.table_raw_p20261112;
CREATE TABLE almanac.table_raw_p20261113 (LIKE almanac.table_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261113 FOR VALUES FROM ('2026-11-13 00:00:00+00') TO ('2026-11-14 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.table_raw_p20261113;
CREATE TABLE almanac.table_raw_p20261114 (LIKE almanac.table_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261114 FOR VALUES FROM ('2026-11-14 00:00:00+00') TO ('2026-11-15 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.table_raw_p20261114;
CREATE TABLE almanac.table_raw_p20261122 (LIKE almanac.table_raw INCLUDING STORAGE) WITH (toast_tuple_target=8160);
ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261122 FOR VALUES FROM ('2026-11-22 00:00:00+00') TO ('2026-11-23 00:00:00+00');
ALTER EXTENSION pg_almanac ADD TABLE almanac.table_raw_p20261122;
COPY almanac.servers FROM stdin;
0	this server	7710888889062757708	1
1	other	\N	\N
\.
COPY almanac.database_keys FROM stdin;
1	0	0		2026-11-22 07:25:54.305605+00
2	0	5	postgres	2026-11-22 07:25:54.305605+00
3	0	1	template1	2026-11-22 07:25:54.305605+00
4	0	4	template0	2026-11-22 07:25:54.305605+00
5	0	17115	shop	2026-11-22 07:25:55.685902+00
\.
COPY almanac.database_raw_p20261110 FROM stdin;
2026-11-10 00:30:00+00	2026-11-10 23:30:00+00	0	47	32	\\x0181008f512f012f1e01731480c8b4a8feb781030100012dffffe5f3f0b781030280c8ceb40d020a025c01028008a30682897a008002831a000421436587a910325476980a21436587a910325476980a2103a30402008002c8
\.
COPY almanac.database_raw_p20261111 FROM stdin;
2026-11-11 00:00:00+00	2026-11-11 23:30:00+00	0	48	32	\\x0153cd2ebd3001301e0173148080a1d1f4bc81030100012effb7d29ce7bc81030280c8ceb40d020a025e01028008a306e0897a008002831a00045476980a21436587a910325476980a21436587a910325476a30460008002c8
\.
COPY almanac.database_raw_p20261112 FROM stdin;
2026-11-12 00:00:00+00	2026-11-12 23:30:00+00	0	48	32	\\x014a5f36713001301e0173148080dcaef8c181030100012effb78dfaeac181030280c8ceb40d020a025e01028008a306c08a7a008002831a0004980a21436587a910325476980a21436587a910325476980aa305c001008002c8
\.
COPY almanac.database_raw_p20261113 FROM stdin;
2026-11-13 00:00:00+00	2026-11-13 23:30:00+00	0	48	32	\\x0110f0e41d3001301e0173148080978cfcc681030100012effb7c8d7eec681030280c8ceb40d020a025e01028008a306a08b7a008002831a000421436587a910325476980a21436587a910325476980a2143a305a002008002c8
\.
COPY almanac.database_raw_p20261114 FROM stdin;
2026-11-14 00:00:00+00	2026-11-14 04:00:00+00	0	9	32	\\x011156d7ad0901091e0173128080d2e9ffcb81030001ffb783b5f2cb81030280c8ceb40d020a021001028008a306808c7a0001ff830700046587a91002a30580030001ffc8
\.
COPY almanac.database_raw_p20261122 FROM stdin;
2026-11-22 07:25:54.325153+00	2026-11-22 07:26:01.78203+00	0	22	62	\\x01e24aa5021605071e00031aa1b58fc0f2fac001b69453d19349afb549d7cb49fa8e4ee6d8498b05007e0001208303000101830400033650830404000101930d0081c001040b00042000011800bb2b01070fcef5aa09fffff301c7ed1dc8ed2f00d7070013002005000700200040001000600080002000600040830700008004000000930e00003f3f040530b127eb310b560d83050401003f0093100002173f00030708ad070301045d132303240094064c4c4a4a4a00f99003a60dd002ee01f001ee010000e31d8b07d608d10ac60df3127321000000009c1300cbf30162011baa8603d5de02cb0e9101bf01e60c9c14b41fac2e731b00000000ec1100c3f3012807a4d802dfd1029b051f9b0904040404131600023f3f02b51cbf01180a0a0ad104285078a001c801131200003f3fbd020e120b0b0b030412367aea01930a0000013e000c0d0d011f190009932200003f3f001426bc7a9314210571f2138820f2161110fbedddac2aaa7a6959a413a0932000003f3f001402992acf09d2a770f90559a6704d0b0d763dc7ed49c16b9abf3801830804020000a90a013f11088b0701070f0480980b8b0601070f048002
\.
COPY almanac.index_keys FROM stdin;
1	0	5	2690	1255	pg_catalog	pg_proc	pg_proc_oid_index	2026-11-22 07:25:54.305605+00
2	0	5	2691	1255	pg_catalog	pg_proc	pg_proc_proname_args_nsp_index	2026-11-22 07:25:54.305605+00
3	0	5	2703	1247	pg_catalog	pg_type	pg_type_oid_index	2026-11-22 07:25:54.305605+00
4	0	5	2704	1247	pg_catalog	pg_type	pg_type_typname_nsp_index	2026-11-22 07:25:54.305605+00
5	0	5	2658	1249	pg_catalog	pg_attribute	pg_attribute_relid_attnam_index	2026-11-22 07:25:54.305605+00
6	0	5	2659	1249	pg_catalog	pg_attribute	pg_attribute_relid_attnum_index	2026-11-22 07:25:54.305605+00
7	0	5	2662	1259	pg_catalog	pg_class	pg_class_oid_index	2026-11-22 07:25:54.305605+00
8	0	5	2663	1259	pg_catalog	pg_class	pg_class_relname_nsp_index	2026-11-22 07:25:54.305605+00
9	0	5	3455	1259	pg_catalog	pg_class	pg_class_tblspc_relfilenode_index	2026-11-22 07:25:54.305605+00
10	0	5	2656	2604	pg_catalog	pg_attrdef	pg_attrdef_adrelid_adnum_index	2026-11-22 07:25:54.305605+00
11	0	5	2657	2604	pg_catalog	pg_attrdef	pg_attrdef_oid_index	2026-11-22 07:25:54.305605+00
12	0	5	2664	2606	pg_catalog	pg_constraint	pg_constraint_conname_nsp_index	2026-11-22 07:25:54.305605+00
13	0	5	2665	2606	pg_catalog	pg_constraint	pg_constraint_conrelid_contypid_conname_index	2026-11-22 07:25:54.305605+00
14	0	5	2666	2606	pg_catalog	pg_constraint	pg_constraint_contypid_index	2026-11-22 07:25:54.305605+00
15	0	5	2667	2606	pg_catalog	pg_constraint	pg_constraint_oid_index	2026-11-22 07:25:54.305605+00
16	0	5	2579	2606	pg_catalog	pg_constraint	pg_constraint_conparentid_index	2026-11-22 07:25:54.305605+00
17	0	5	2680	2611	pg_catalog	pg_inherits	pg_inherits_relid_seqno_index	2026-11-22 07:25:54.305605+00
18	0	5	2187	2611	pg_catalog	pg_inherits	pg_inherits_parent_index	2026-11-22 07:25:54.305605+00
19	0	5	2678	2610	pg_catalog	pg_index	pg_index_indrelid_index	2026-11-22 07:25:54.305605+00
20	0	5	2679	2610	pg_catalog	pg_index	pg_index_indexrelid_index	2026-11-22 07:25:54.305605+00
21	0	5	2688	2617	pg_catalog	pg_operator	pg_operator_oid_index	2026-11-22 07:25:54.305605+00
22	0	5	2689	2617	pg_catalog	pg_operator	pg_operator_oprname_l_r_n_index	2026-11-22 07:25:54.305605+00
23	0	5	2754	2753	pg_catalog	pg_opfamily	pg_opfamily_am_name_nsp_index	2026-11-22 07:25:54.305605+00
24	0	5	2755	2753	pg_catalog	pg_opfamily	pg_opfamily_oid_index	2026-11-22 07:25:54.305605+00
25	0	5	2686	2616	pg_catalog	pg_opclass	pg_opclass_am_name_nsp_index	2026-11-22 07:25:54.305605+00
26	0	5	2687	2616	pg_catalog	pg_opclass	pg_opclass_oid_index	2026-11-22 07:25:54.305605+00
27	0	5	2651	2601	pg_catalog	pg_am	pg_am_name_index	2026-11-22 07:25:54.305605+00
28	0	5	2652	2601	pg_catalog	pg_am	pg_am_oid_index	2026-11-22 07:25:54.305605+00
29	0	5	2653	2602	pg_catalog	pg_amop	pg_amop_fam_strat_index	2026-11-22 07:25:54.305605+00
30	0	5	2654	2602	pg_catalog	pg_amop	pg_amop_opr_fam_index	2026-11-22 07:25:54.305605+00
31	0	5	2756	2602	pg_catalog	pg_amop	pg_amop_oid_index	2026-11-22 07:25:54.305605+00
32	0	5	2655	2603	pg_catalog	pg_amproc	pg_amproc_fam_proc_index	2026-11-22 07:25:54.305605+00
33	0	5	2757	2603	pg_catalog	pg_amproc	pg_amproc_oid_index	2026-11-22 07:25:54.305605+00
34	0	5	2681	2612	pg_catalog	pg_language	pg_language_name_index	2026-11-22 07:25:54.305605+00
35	0	5	2682	2612	pg_catalog	pg_language	pg_language_oid_index	2026-11-22 07:25:54.305605+00
36	0	5	2996	2995	pg_catalog	pg_largeobject_metadata	pg_largeobject_metadata_oid_index	2026-11-22 07:25:54.305605+00
37	0	5	2683	2613	pg_catalog	pg_largeobject	pg_largeobject_loid_pn_index	2026-11-22 07:25:54.305605+00
38	0	5	2650	2600	pg_catalog	pg_aggregate	pg_aggregate_fnoid_index	2026-11-22 07:25:54.305605+00
39	0	5	2696	2619	pg_catalog	pg_statistic	pg_statistic_relid_att_inh_index	2026-11-22 07:25:54.305605+00
40	0	5	3380	3381	pg_catalog	pg_statistic_ext	pg_statistic_ext_oid_index	2026-11-22 07:25:54.305605+00
41	0	5	3997	3381	pg_catalog	pg_statistic_ext	pg_statistic_ext_name_index	2026-11-22 07:25:54.305605+00
42	0	5	3379	3381	pg_catalog	pg_statistic_ext	pg_statistic_ext_relid_index	2026-11-22 07:25:54.305605+00
43	0	5	3433	3429	pg_catalog	pg_statistic_ext_data	pg_statistic_ext_data_stxoid_inh_index	2026-11-22 07:25:54.305605+00
44	0	5	2692	2618	pg_catalog	pg_rewrite	pg_rewrite_oid_index	2026-11-22 07:25:54.305605+00
45	0	5	2693	2618	pg_catalog	pg_rewrite	pg_rewrite_rel_rulename_index	2026-11-22 07:25:54.305605+00
46	0	5	2699	2620	pg_catalog	pg_trigger	pg_trigger_tgconstraint_index	2026-11-22 07:25:54.305605+00
47	0	5	2701	2620	pg_catalog	pg_trigger	pg_trigger_tgrelid_tgname_index	2026-11-22 07:25:54.305605+00
48	0	5	2702	2620	pg_catalog	pg_trigger	pg_trigger_oid_index	2026-11-22 07:25:54.305605+00
49	0	5	3467	3466	pg_catalog	pg_event_trigger	pg_event_trigger_evtname_index	2026-11-22 07:25:54.305605+00
50	0	5	3468	3466	pg_catalog	pg_event_trigger	pg_event_trigger_oid_index	2026-11-22 07:25:54.305605+00
51	0	5	2675	2609	pg_catalog	pg_description	pg_description_o_c_o_index	2026-11-22 07:25:54.305605+00
52	0	5	2660	2605	pg_catalog	pg_cast	pg_cast_oid_index	2026-11-22 07:25:54.305605+00
53	0	5	2661	2605	pg_catalog	pg_cast	pg_cast_source_target_index	2026-11-22 07:25:54.305605+00
54	0	5	3502	3501	pg_catalog	pg_enum	pg_enum_oid_index	2026-11-22 07:25:54.305605+00
55	0	5	3503	3501	pg_catalog	pg_enum	pg_enum_typid_label_index	2026-11-22 07:25:54.305605+00
56	0	5	3534	3501	pg_catalog	pg_enum	pg_enum_typid_sortorder_index	2026-11-22 07:25:54.305605+00
57	0	5	2684	2615	pg_catalog	pg_namespace	pg_namespace_nspname_index	2026-11-22 07:25:54.305605+00
58	0	5	2685	2615	pg_catalog	pg_namespace	pg_namespace_oid_index	2026-11-22 07:25:54.305605+00
59	0	5	2668	2607	pg_catalog	pg_conversion	pg_conversion_default_index	2026-11-22 07:25:54.305605+00
60	0	5	2669	2607	pg_catalog	pg_conversion	pg_conversion_name_nsp_index	2026-11-22 07:25:54.305605+00
61	0	5	2670	2607	pg_catalog	pg_conversion	pg_conversion_oid_index	2026-11-22 07:25:54.305605+00
62	0	5	2673	2608	pg_catalog	pg_depend	pg_depend_depender_index	2026-11-22 07:25:54.305605+00
63	0	5	2674	2608	pg_catalog	pg_depend	pg_depend_reference_index	2026-11-22 07:25:54.305605+00
64	0	5	3608	3602	pg_catalog	pg_ts_config	pg_ts_config_cfgname_index	2026-11-22 07:25:54.305605+00
65	0	5	3712	3602	pg_catalog	pg_ts_config	pg_ts_config_oid_index	2026-11-22 07:25:54.305605+00
66	0	5	3609	3603	pg_catalog	pg_ts_config_map	pg_ts_config_map_index	2026-11-22 07:25:54.305605+00
67	0	5	3604	3600	pg_catalog	pg_ts_dict	pg_ts_dict_dictname_index	2026-11-22 07:25:54.305605+00
68	0	5	3605	3600	pg_catalog	pg_ts_dict	pg_ts_dict_oid_index	2026-11-22 07:25:54.305605+00
69	0	5	3606	3601	pg_catalog	pg_ts_parser	pg_ts_parser_prsname_index	2026-11-22 07:25:54.305605+00
70	0	5	3607	3601	pg_catalog	pg_ts_parser	pg_ts_parser_oid_index	2026-11-22 07:25:54.305605+00
71	0	5	3766	3764	pg_catalog	pg_ts_template	pg_ts_template_tmplname_index	2026-11-22 07:25:54.305605+00
72	0	5	3767	3764	pg_catalog	pg_ts_template	pg_ts_template_oid_index	2026-11-22 07:25:54.305605+00
73	0	5	3080	3079	pg_catalog	pg_extension	pg_extension_oid_index	2026-11-22 07:25:54.305605+00
74	0	5	3081	3079	pg_catalog	pg_extension	pg_extension_name_index	2026-11-22 07:25:54.305605+00
75	0	5	112	2328	pg_catalog	pg_foreign_data_wrapper	pg_foreign_data_wrapper_oid_index	2026-11-22 07:25:54.305605+00
76	0	5	548	2328	pg_catalog	pg_foreign_data_wrapper	pg_foreign_data_wrapper_name_index	2026-11-22 07:25:54.305605+00
77	0	5	113	1417	pg_catalog	pg_foreign_server	pg_foreign_server_oid_index	2026-11-22 07:25:54.305605+00
78	0	5	549	1417	pg_catalog	pg_foreign_server	pg_foreign_server_name_index	2026-11-22 07:25:54.305605+00
79	0	5	174	1418	pg_catalog	pg_user_mapping	pg_user_mapping_oid_index	2026-11-22 07:25:54.305605+00
80	0	5	175	1418	pg_catalog	pg_user_mapping	pg_user_mapping_user_server_index	2026-11-22 07:25:54.305605+00
81	0	5	3119	3118	pg_catalog	pg_foreign_table	pg_foreign_table_relid_index	2026-11-22 07:25:54.305605+00
82	0	5	3257	3256	pg_catalog	pg_policy	pg_policy_oid_index	2026-11-22 07:25:54.305605+00
83	0	5	3258	3256	pg_catalog	pg_policy	pg_policy_polrelid_polname_index	2026-11-22 07:25:54.305605+00
84	0	5	827	826	pg_catalog	pg_default_acl	pg_default_acl_role_nsp_obj_index	2026-11-22 07:25:54.305605+00
85	0	5	828	826	pg_catalog	pg_default_acl	pg_default_acl_oid_index	2026-11-22 07:25:54.305605+00
86	0	5	3395	3394	pg_catalog	pg_init_privs	pg_init_privs_o_c_o_index	2026-11-22 07:25:54.305605+00
87	0	5	3597	3596	pg_catalog	pg_seclabel	pg_seclabel_object_index	2026-11-22 07:25:54.305605+00
88	0	5	3164	3456	pg_catalog	pg_collation	pg_collation_name_enc_nsp_index	2026-11-22 07:25:54.305605+00
89	0	5	3085	3456	pg_catalog	pg_collation	pg_collation_oid_index	2026-11-22 07:25:54.305605+00
90	0	5	3351	3350	pg_catalog	pg_partitioned_table	pg_partitioned_table_partrelid_index	2026-11-22 07:25:54.305605+00
91	0	5	3542	3541	pg_catalog	pg_range	pg_range_rngtypid_index	2026-11-22 07:25:54.305605+00
92	0	5	2228	3541	pg_catalog	pg_range	pg_range_rngmultitypid_index	2026-11-22 07:25:54.305605+00
93	0	5	3574	3576	pg_catalog	pg_transform	pg_transform_oid_index	2026-11-22 07:25:54.305605+00
94	0	5	3575	3576	pg_catalog	pg_transform	pg_transform_type_lang_index	2026-11-22 07:25:54.305605+00
95	0	5	5002	2224	pg_catalog	pg_sequence	pg_sequence_seqrelid_index	2026-11-22 07:25:54.305605+00
96	0	5	6110	6104	pg_catalog	pg_publication	pg_publication_oid_index	2026-11-22 07:25:54.305605+00
97	0	5	6111	6104	pg_catalog	pg_publication	pg_publication_pubname_index	2026-11-22 07:25:54.305605+00
98	0	5	6238	6237	pg_catalog	pg_publication_namespace	pg_publication_namespace_oid_index	2026-11-22 07:25:54.305605+00
99	0	5	6239	6237	pg_catalog	pg_publication_namespace	pg_publication_namespace_pnnspid_pnpubid_index	2026-11-22 07:25:54.305605+00
100	0	5	6112	6106	pg_catalog	pg_publication_rel	pg_publication_rel_oid_index	2026-11-22 07:25:54.305605+00
101	0	5	6113	6106	pg_catalog	pg_publication_rel	pg_publication_rel_prrelid_prpubid_index	2026-11-22 07:25:54.305605+00
102	0	5	6116	6106	pg_catalog	pg_publication_rel	pg_publication_rel_prpubid_index	2026-11-22 07:25:54.305605+00
103	0	5	6117	6102	pg_catalog	pg_subscription_rel	pg_subscription_rel_srrelid_srsubid_index	2026-11-22 07:25:54.305605+00
104	0	5	16826	16821	almanac	journal	journal_pkey	2026-11-22 07:25:54.305605+00
105	0	5	16833	16828	almanac	reference	reference_pkey	2026-11-22 07:25:54.305605+00
106	0	5	16792	16786	almanac	servers	servers_pkey	2026-11-22 07:25:54.305605+00
107	0	5	16794	16786	almanac	servers	servers_name_key	2026-11-22 07:25:54.305605+00
108	0	5	16800	16796	almanac	recorder	recorder_pkey	2026-11-22 07:25:54.305605+00
109	0	5	16812	16807	almanac	sources	sources_pkey	2026-11-22 07:25:54.305605+00
110	0	5	16819	16814	almanac	source_errors	source_errors_pkey	2026-11-22 07:25:54.305605+00
111	0	5	16840	16835	almanac	totals	totals_pkey	2026-11-22 07:25:54.305605+00
112	0	5	16847	16842	almanac	query_texts	query_texts_pkey	2026-11-22 07:25:54.305605+00
113	0	5	16852	16849	almanac	roles	roles_pkey	2026-11-22 07:25:54.305605+00
114	0	5	16860	16855	almanac	statement_keys	statement_keys_pkey	2026-11-22 07:25:54.305605+00
115	0	5	16862	16855	almanac	statement_keys	statement_keys_queryid_dbid_userid_toplevel_server_id_key	2026-11-22 07:25:54.305605+00
116	0	5	16870	16865	almanac	table_keys	table_keys_pkey	2026-11-22 07:25:54.305605+00
117	0	5	16872	16865	almanac	table_keys	table_keys_relid_dbid_server_id_key	2026-11-22 07:25:54.305605+00
118	0	5	16874	16865	almanac	table_keys	table_keys_relname_idx	2026-11-22 07:25:54.305605+00
119	0	5	16881	16876	almanac	index_keys	index_keys_pkey	2026-11-22 07:25:54.305605+00
120	0	5	16883	16876	almanac	index_keys	index_keys_indexrelid_dbid_server_id_key	2026-11-22 07:25:54.305605+00
121	0	5	16885	16876	almanac	index_keys	index_keys_indexrelname_idx	2026-11-22 07:25:54.305605+00
122	0	5	16892	16887	almanac	database_keys	database_keys_pkey	2026-11-22 07:25:54.305605+00
123	0	5	16894	16887	almanac	database_keys	database_keys_dbid_server_id_key	2026-11-22 07:25:54.305605+00
124	0	5	16902	16897	almanac	system_keys	system_keys_pkey	2026-11-22 07:25:54.305605+00
125	0	5	16904	16897	almanac	system_keys	system_keys_server_id_key	2026-11-22 07:25:54.305605+00
126	0	5	16914	16907	almanac	io_keys	io_keys_pkey	2026-11-22 07:25:54.305605+00
127	0	5	16916	16907	almanac	io_keys	io_keys_backend_type_object_context_server_id_key	2026-11-22 07:25:54.305605+00
128	0	5	16926	16919	almanac	replication_keys	replication_keys_pkey	2026-11-22 07:25:54.305605+00
129	0	5	16928	16919	almanac	replication_keys	replication_keys_kind_name_server_id_key	2026-11-22 07:25:54.305605+00
130	0	5	16938	16931	almanac	snapshot_keys	snapshot_keys_pkey	2026-11-22 07:25:54.305605+00
131	0	5	16940	16931	almanac	snapshot_keys	snapshot_keys_stream_dbid_server_id_key	2026-11-22 07:25:54.305605+00
132	0	0	2671	1262	pg_catalog	pg_database	pg_database_datname_index	2026-11-22 07:25:54.305605+00
133	0	0	2672	1262	pg_catalog	pg_database	pg_database_oid_index	2026-11-22 07:25:54.305605+00
134	0	0	2965	2964	pg_catalog	pg_db_role_setting	pg_db_role_setting_databaseid_rol_index	2026-11-22 07:25:54.305605+00
135	0	0	2697	1213	pg_catalog	pg_tablespace	pg_tablespace_oid_index	2026-11-22 07:25:54.305605+00
136	0	0	2698	1213	pg_catalog	pg_tablespace	pg_tablespace_spcname_index	2026-11-22 07:25:54.305605+00
137	0	0	2676	1260	pg_catalog	pg_authid	pg_authid_rolname_index	2026-11-22 07:25:54.305605+00
138	0	0	2677	1260	pg_catalog	pg_authid	pg_authid_oid_index	2026-11-22 07:25:54.305605+00
139	0	0	2694	1261	pg_catalog	pg_auth_members	pg_auth_members_role_member_index	2026-11-22 07:25:54.305605+00
140	0	0	2695	1261	pg_catalog	pg_auth_members	pg_auth_members_member_role_index	2026-11-22 07:25:54.305605+00
141	0	0	1232	1214	pg_catalog	pg_shdepend	pg_shdepend_depender_index	2026-11-22 07:25:54.305605+00
142	0	0	1233	1214	pg_catalog	pg_shdepend	pg_shdepend_reference_index	2026-11-22 07:25:54.305605+00
143	0	0	2397	2396	pg_catalog	pg_shdescription	pg_shdescription_o_c_index	2026-11-22 07:25:54.305605+00
144	0	0	6001	6000	pg_catalog	pg_replication_origin	pg_replication_origin_roiident_index	2026-11-22 07:25:54.305605+00
145	0	0	6002	6000	pg_catalog	pg_replication_origin	pg_replication_origin_roname_index	2026-11-22 07:25:54.305605+00
146	0	0	3593	3592	pg_catalog	pg_shseclabel	pg_shseclabel_object_index	2026-11-22 07:25:54.305605+00
147	0	0	6246	6243	pg_catalog	pg_parameter_acl	pg_parameter_acl_parname_index	2026-11-22 07:25:54.305605+00
148	0	0	6247	6243	pg_catalog	pg_parameter_acl	pg_parameter_acl_oid_index	2026-11-22 07:25:54.305605+00
149	0	0	6114	6100	pg_catalog	pg_subscription	pg_subscription_oid_index	2026-11-22 07:25:54.305605+00
150	0	0	6115	6100	pg_catalog	pg_subscription	pg_subscription_subname_index	2026-11-22 07:25:54.305605+00
151	0	17115	17122	17117	public	orders	orders_pkey	2026-11-22 07:25:55.685902+00
152	0	17115	17124	17117	public	orders	orders_customer_idx	2026-11-22 07:25:55.685902+00
153	0	17115	17130	17125	public	customers	customers_pkey	2026-11-22 07:25:55.685902+00
154	0	17115	2690	1255	pg_catalog	pg_proc	pg_proc_oid_index	2026-11-22 07:25:55.685902+00
155	0	17115	2691	1255	pg_catalog	pg_proc	pg_proc_proname_args_nsp_index	2026-11-22 07:25:55.685902+00
156	0	17115	2703	1247	pg_catalog	pg_type	pg_type_oid_index	2026-11-22 07:25:55.685902+00
157	0	17115	2704	1247	pg_catalog	pg_type	pg_type_typname_nsp_index	2026-11-22 07:25:55.685902+00
158	0	17115	2658	1249	pg_catalog	pg_attribute	pg_attribute_relid_attnam_index	2026-11-22 07:25:55.685902+00
159	0	17115	2659	1249	pg_catalog	pg_attribute	pg_attribute_relid_attnum_index	2026-11-22 07:25:55.685902+00
160	0	17115	2662	1259	pg_catalog	pg_class	pg_class_oid_index	2026-11-22 07:25:55.685902+00
161	0	17115	2663	1259	pg_catalog	pg_class	pg_class_relname_nsp_index	2026-11-22 07:25:55.685902+00
162	0	17115	3455	1259	pg_catalog	pg_class	pg_class_tblspc_relfilenode_index	2026-11-22 07:25:55.685902+00
163	0	17115	2656	2604	pg_catalog	pg_attrdef	pg_attrdef_adrelid_adnum_index	2026-11-22 07:25:55.685902+00
164	0	17115	2657	2604	pg_catalog	pg_attrdef	pg_attrdef_oid_index	2026-11-22 07:25:55.685902+00
165	0	17115	2664	2606	pg_catalog	pg_constraint	pg_constraint_conname_nsp_index	2026-11-22 07:25:55.685902+00
166	0	17115	2665	2606	pg_catalog	pg_constraint	pg_constraint_conrelid_contypid_conname_index	2026-11-22 07:25:55.685902+00
167	0	17115	2666	2606	pg_catalog	pg_constraint	pg_constraint_contypid_index	2026-11-22 07:25:55.685902+00
168	0	17115	2667	2606	pg_catalog	pg_constraint	pg_constraint_oid_index	2026-11-22 07:25:55.685902+00
169	0	17115	2579	2606	pg_catalog	pg_constraint	pg_constraint_conparentid_index	2026-11-22 07:25:55.685902+00
170	0	17115	2680	2611	pg_catalog	pg_inherits	pg_inherits_relid_seqno_index	2026-11-22 07:25:55.685902+00
171	0	17115	2187	2611	pg_catalog	pg_inherits	pg_inherits_parent_index	2026-11-22 07:25:55.685902+00
172	0	17115	2678	2610	pg_catalog	pg_index	pg_index_indrelid_index	2026-11-22 07:25:55.685902+00
173	0	17115	2679	2610	pg_catalog	pg_index	pg_index_indexrelid_index	2026-11-22 07:25:55.685902+00
174	0	17115	2688	2617	pg_catalog	pg_operator	pg_operator_oid_index	2026-11-22 07:25:55.685902+00
175	0	17115	2689	2617	pg_catalog	pg_operator	pg_operator_oprname_l_r_n_index	2026-11-22 07:25:55.685902+00
176	0	17115	2754	2753	pg_catalog	pg_opfamily	pg_opfamily_am_name_nsp_index	2026-11-22 07:25:55.685902+00
177	0	17115	2755	2753	pg_catalog	pg_opfamily	pg_opfamily_oid_index	2026-11-22 07:25:55.685902+00
178	0	17115	2686	2616	pg_catalog	pg_opclass	pg_opclass_am_name_nsp_index	2026-11-22 07:25:55.685902+00
179	0	17115	2687	2616	pg_catalog	pg_opclass	pg_opclass_oid_index	2026-11-22 07:25:55.685902+00
180	0	17115	2651	2601	pg_catalog	pg_am	pg_am_name_index	2026-11-22 07:25:55.685902+00
181	0	17115	2652	2601	pg_catalog	pg_am	pg_am_oid_index	2026-11-22 07:25:55.685902+00
182	0	17115	2653	2602	pg_catalog	pg_amop	pg_amop_fam_strat_index	2026-11-22 07:25:55.685902+00
183	0	17115	2654	2602	pg_catalog	pg_amop	pg_amop_opr_fam_index	2026-11-22 07:25:55.685902+00
184	0	17115	2756	2602	pg_catalog	pg_amop	pg_amop_oid_index	2026-11-22 07:25:55.685902+00
185	0	17115	2655	2603	pg_catalog	pg_amproc	pg_amproc_fam_proc_index	2026-11-22 07:25:55.685902+00
186	0	17115	2757	2603	pg_catalog	pg_amproc	pg_amproc_oid_index	2026-11-22 07:25:55.685902+00
187	0	17115	2681	2612	pg_catalog	pg_language	pg_language_name_index	2026-11-22 07:25:55.685902+00
188	0	17115	2682	2612	pg_catalog	pg_language	pg_language_oid_index	2026-11-22 07:25:55.685902+00
189	0	17115	2996	2995	pg_catalog	pg_largeobject_metadata	pg_largeobject_metadata_oid_index	2026-11-22 07:25:55.685902+00
190	0	17115	2683	2613	pg_catalog	pg_largeobject	pg_largeobject_loid_pn_index	2026-11-22 07:25:55.685902+00
191	0	17115	2650	2600	pg_catalog	pg_aggregate	pg_aggregate_fnoid_index	2026-11-22 07:25:55.685902+00
192	0	17115	2696	2619	pg_catalog	pg_statistic	pg_statistic_relid_att_inh_index	2026-11-22 07:25:55.685902+00
193	0	17115	3380	3381	pg_catalog	pg_statistic_ext	pg_statistic_ext_oid_index	2026-11-22 07:25:55.685902+00
194	0	17115	3997	3381	pg_catalog	pg_statistic_ext	pg_statistic_ext_name_index	2026-11-22 07:25:55.685902+00
195	0	17115	3379	3381	pg_catalog	pg_statistic_ext	pg_statistic_ext_relid_index	2026-11-22 07:25:55.685902+00
196	0	17115	3433	3429	pg_catalog	pg_statistic_ext_data	pg_statistic_ext_data_stxoid_inh_index	2026-11-22 07:25:55.685902+00
197	0	17115	2692	2618	pg_catalog	pg_rewrite	pg_rewrite_oid_index	2026-11-22 07:25:55.685902+00
198	0	17115	2693	2618	pg_catalog	pg_rewrite	pg_rewrite_rel_rulename_index	2026-11-22 07:25:55.685902+00
199	0	17115	2699	2620	pg_catalog	pg_trigger	pg_trigger_tgconstraint_index	2026-11-22 07:25:55.685902+00
200	0	17115	2701	2620	pg_catalog	pg_trigger	pg_trigger_tgrelid_tgname_index	2026-11-22 07:25:55.685902+00
201	0	17115	2702	2620	pg_catalog	pg_trigger	pg_trigger_oid_index	2026-11-22 07:25:55.685902+00
202	0	17115	3467	3466	pg_catalog	pg_event_trigger	pg_event_trigger_evtname_index	2026-11-22 07:25:55.685902+00
203	0	17115	3468	3466	pg_catalog	pg_event_trigger	pg_event_trigger_oid_index	2026-11-22 07:25:55.685902+00
204	0	17115	2675	2609	pg_catalog	pg_description	pg_description_o_c_o_index	2026-11-22 07:25:55.685902+00
205	0	17115	2660	2605	pg_catalog	pg_cast	pg_cast_oid_index	2026-11-22 07:25:55.685902+00
206	0	17115	2661	2605	pg_catalog	pg_cast	pg_cast_source_target_index	2026-11-22 07:25:55.685902+00
207	0	17115	3502	3501	pg_catalog	pg_enum	pg_enum_oid_index	2026-11-22 07:25:55.685902+00
208	0	17115	3503	3501	pg_catalog	pg_enum	pg_enum_typid_label_index	2026-11-22 07:25:55.685902+00
209	0	17115	3534	3501	pg_catalog	pg_enum	pg_enum_typid_sortorder_index	2026-11-22 07:25:55.685902+00
210	0	17115	2684	2615	pg_catalog	pg_namespace	pg_namespace_nspname_index	2026-11-22 07:25:55.685902+00
211	0	17115	2685	2615	pg_catalog	pg_namespace	pg_namespace_oid_index	2026-11-22 07:25:55.685902+00
212	0	17115	2668	2607	pg_catalog	pg_conversion	pg_conversion_default_index	2026-11-22 07:25:55.685902+00
213	0	17115	2669	2607	pg_catalog	pg_conversion	pg_conversion_name_nsp_index	2026-11-22 07:25:55.685902+00
214	0	17115	2670	2607	pg_catalog	pg_conversion	pg_conversion_oid_index	2026-11-22 07:25:55.685902+00
215	0	17115	2673	2608	pg_catalog	pg_depend	pg_depend_depender_index	2026-11-22 07:25:55.685902+00
216	0	17115	2674	2608	pg_catalog	pg_depend	pg_depend_reference_index	2026-11-22 07:25:55.685902+00
217	0	17115	3608	3602	pg_catalog	pg_ts_config	pg_ts_config_cfgname_index	2026-11-22 07:25:55.685902+00
218	0	17115	3712	3602	pg_catalog	pg_ts_config	pg_ts_config_oid_index	2026-11-22 07:25:55.685902+00
219	0	17115	3609	3603	pg_catalog	pg_ts_config_map	pg_ts_config_map_index	2026-11-22 07:25:55.685902+00
220	0	17115	3604	3600	pg_catalog	pg_ts_dict	pg_ts_dict_dictname_index	2026-11-22 07:25:55.685902+00
221	0	17115	3605	3600	pg_catalog	pg_ts_dict	pg_ts_dict_oid_index	2026-11-22 07:25:55.685902+00
222	0	17115	3606	3601	pg_catalog	pg_ts_parser	pg_ts_parser_prsname_index	2026-11-22 07:25:55.685902+00
223	0	17115	3607	3601	pg_catalog	pg_ts_parser	pg_ts_parser_oid_index	2026-11-22 07:25:55.685902+00
224	0	17115	3766	3764	pg_catalog	pg_ts_template	pg_ts_template_tmplname_index	2026-11-22 07:25:55.685902+00
225	0	17115	3767	3764	pg_catalog	pg_ts_template	pg_ts_template_oid_index	2026-11-22 07:25:55.685902+00
226	0	17115	3080	3079	pg_catalog	pg_extension	pg_extension_oid_index	2026-11-22 07:25:55.685902+00
227	0	17115	3081	3079	pg_catalog	pg_extension	pg_extension_name_index	2026-11-22 07:25:55.685902+00
228	0	17115	112	2328	pg_catalog	pg_foreign_data_wrapper	pg_foreign_data_wrapper_oid_index	2026-11-22 07:25:55.685902+00
229	0	17115	548	2328	pg_catalog	pg_foreign_data_wrapper	pg_foreign_data_wrapper_name_index	2026-11-22 07:25:55.685902+00
230	0	17115	113	1417	pg_catalog	pg_foreign_server	pg_foreign_server_oid_index	2026-11-22 07:25:55.685902+00
231	0	17115	549	1417	pg_catalog	pg_foreign_server	pg_foreign_server_name_index	2026-11-22 07:25:55.685902+00
232	0	17115	174	1418	pg_catalog	pg_user_mapping	pg_user_mapping_oid_index	2026-11-22 07:25:55.685902+00
233	0	17115	175	1418	pg_catalog	pg_user_mapping	pg_user_mapping_user_server_index	2026-11-22 07:25:55.685902+00
234	0	17115	3119	3118	pg_catalog	pg_foreign_table	pg_foreign_table_relid_index	2026-11-22 07:25:55.685902+00
235	0	17115	3257	3256	pg_catalog	pg_policy	pg_policy_oid_index	2026-11-22 07:25:55.685902+00
236	0	17115	3258	3256	pg_catalog	pg_policy	pg_policy_polrelid_polname_index	2026-11-22 07:25:55.685902+00
237	0	17115	827	826	pg_catalog	pg_default_acl	pg_default_acl_role_nsp_obj_index	2026-11-22 07:25:55.685902+00
238	0	17115	828	826	pg_catalog	pg_default_acl	pg_default_acl_oid_index	2026-11-22 07:25:55.685902+00
239	0	17115	3395	3394	pg_catalog	pg_init_privs	pg_init_privs_o_c_o_index	2026-11-22 07:25:55.685902+00
240	0	17115	3597	3596	pg_catalog	pg_seclabel	pg_seclabel_object_index	2026-11-22 07:25:55.685902+00
241	0	17115	3164	3456	pg_catalog	pg_collation	pg_collation_name_enc_nsp_index	2026-11-22 07:25:55.685902+00
242	0	17115	3085	3456	pg_catalog	pg_collation	pg_collation_oid_index	2026-11-22 07:25:55.685902+00
243	0	17115	3351	3350	pg_catalog	pg_partitioned_table	pg_partitioned_table_partrelid_index	2026-11-22 07:25:55.685902+00
244	0	17115	3542	3541	pg_catalog	pg_range	pg_range_rngtypid_index	2026-11-22 07:25:55.685902+00
245	0	17115	2228	3541	pg_catalog	pg_range	pg_range_rngmultitypid_index	2026-11-22 07:25:55.685902+00
246	0	17115	3574	3576	pg_catalog	pg_transform	pg_transform_oid_index	2026-11-22 07:25:55.685902+00
247	0	17115	3575	3576	pg_catalog	pg_transform	pg_transform_type_lang_index	2026-11-22 07:25:55.685902+00
248	0	17115	5002	2224	pg_catalog	pg_sequence	pg_sequence_seqrelid_index	2026-11-22 07:25:55.685902+00
249	0	17115	6110	6104	pg_catalog	pg_publication	pg_publication_oid_index	2026-11-22 07:25:55.685902+00
250	0	17115	6111	6104	pg_catalog	pg_publication	pg_publication_pubname_index	2026-11-22 07:25:55.685902+00
251	0	17115	6238	6237	pg_catalog	pg_publication_namespace	pg_publication_namespace_oid_index	2026-11-22 07:25:55.685902+00
252	0	17115	6239	6237	pg_catalog	pg_publication_namespace	pg_publication_namespace_pnnspid_pnpubid_index	2026-11-22 07:25:55.685902+00
253	0	17115	6112	6106	pg_catalog	pg_publication_rel	pg_publication_rel_oid_index	2026-11-22 07:25:55.685902+00
254	0	17115	6113	6106	pg_catalog	pg_publication_rel	pg_publication_rel_prrelid_prpubid_index	2026-11-22 07:25:55.685902+00
255	0	17115	6116	6106	pg_catalog	pg_publication_rel	pg_publication_rel_prpubid_index	2026-11-22 07:25:55.685902+00
256	0	17115	6117	6102	pg_catalog	pg_subscription_rel	pg_subscription_rel_srrelid_srsubid_index	2026-11-22 07:25:55.685902+00
257	0	5	17198	17193	almanac	statement_raw_p20261113	statement_raw_p20261113_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
258	0	5	17179	17174	almanac	statement_raw_p20261110	statement_raw_p20261110_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
259	0	5	17185	17180	almanac	statement_raw_p20261111	statement_raw_p20261111_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
260	0	5	17192	17187	almanac	statement_raw_p20261112	statement_raw_p20261112_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
261	0	5	17205	17200	almanac	table_raw_p20261110	table_raw_p20261110_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
262	0	5	17211	17206	almanac	table_raw_p20261111	table_raw_p20261111_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
263	0	5	17217	17212	almanac	table_raw_p20261112	table_raw_p20261112_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
264	0	5	17223	17218	almanac	table_raw_p20261113	table_raw_p20261113_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
265	0	5	17242	17237	almanac	system_raw_p20261111	system_raw_p20261111_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
266	0	5	17229	17224	almanac	table_raw_p20261114	table_raw_p20261114_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
267	0	5	17236	17231	almanac	system_raw_p20261110	system_raw_p20261110_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
268	0	5	17248	17243	almanac	system_raw_p20261112	system_raw_p20261112_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
269	0	5	17254	17249	almanac	system_raw_p20261113	system_raw_p20261113_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
270	0	5	17260	17255	almanac	system_raw_p20261114	system_raw_p20261114_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
271	0	5	17266	17261	almanac	database_raw_p20261110	database_raw_p20261110_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
272	0	5	17272	17267	almanac	database_raw_p20261111	database_raw_p20261111_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
273	0	5	17278	17273	almanac	database_raw_p20261112	database_raw_p20261112_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
274	0	5	17284	17279	almanac	database_raw_p20261113	database_raw_p20261113_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
275	0	5	17290	17285	almanac	database_raw_p20261114	database_raw_p20261114_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
276	0	5	17137	17132	almanac	statement_raw_p20261122	statement_raw_p20261122_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
277	0	5	17143	17138	almanac	table_raw_p20261122	table_raw_p20261122_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
278	0	5	17150	17145	almanac	index_raw_p20261122	index_raw_p20261122_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
279	0	5	17156	17151	almanac	database_raw_p20261122	database_raw_p20261122_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
280	0	5	17162	17157	almanac	system_raw_p20261122	system_raw_p20261122_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
281	0	5	17168	17163	almanac	snapshot_raw_p20261122	snapshot_raw_p20261122_series_group_last_time_idx	2026-11-22 07:26:46.659391+00
\.
COPY almanac.index_raw_p20261122 FROM stdin;
2026-11-22 07:25:54.312121+00	2026-11-22 07:26:01.781528+00	0	168	-2	\\x017c611672a8013f070a00031ab9cf8ec0f2fac001a5f653d99349b8b5499aca49ee8e4ea1da498b04007e000013050100013e0183190403b6133b49922403416c273190c40167fa034112000e800c01931a008140a00281aaaa5a2010a8025781eaba55b57aa01706808010a37c80800c808015ffff1b808003808012ffff07ffff0d808001ff7fffff010000808002ffff010000ff7f0080800100808003808001ffff03000000000080800400ff7f00ff7fffff0100ff7f00808001808002ffff0200000080800100000000ff7f0080801fffff1d00ff7f000080800100000000808010ffff020700138a01007ebf5ffd7e5145a4dfef57fda87e15458a4a855fe8cb020202020202c7010101010101a20302020202029d018d04d51108080808089d0a0404040404b10275331c2b6e723fb20102020202023e01010101013f01010101010203642302020202023d2003280302020202030303119e02373369140c01ed0606e7020903030303030eeb05ea04ac0107138601007ebf5ffd7e5144a0dfef57fda87e15058a42855fe8e8020302020202a9030201010101bc020202020202348f04f3460e0e0e0e0eae0a0404040404b901dc0122295261b20102020202023a0101010101de0201010101010102c3212202020202023d6f02390706060606020303112f225826089504044b0802020202020dba0fc80bd8020e138601007ebf5ffd7e5144a0dfef57fda87e15058a42855fe89c0202020202029a0201010101018a0202020202021e8d04b5460e0e0e0e0ea50904040404048f01d40122283861b20102020202023a0101010101dc0201010101010102c2212202020202023d6f02390706060606020303112d224714089504044b0702020202020da80fbb0bd8020e931d00028140050004040000000000000000000040000028040351524a5a01139401007ebf5ffd7e5555a5dfef57fda87e1545aa4a855fe88307070606060683050403030303930806060606068d04d11ce5371212121212b9170a0a0a0a0ac807b80288014539521d8c011de40170e3010404040404860103030303038c0103030303030405682604040404047e440954080606060609040415c0046e457c051a1101881609eb020d050505050511c81ac818d8020e00a34116283502200d130205010002000000000100020006020700000000000800010001030001000201000000000200010000000036330001000002000000001a070700a358da3200932900843900b73a0000910800de0100000000dd0100c40200fa0900990a003e00d30200d40e0000f10300e70a000700a802a702000000009c02009b0200000000a250d74c00c90300000800f8010000f628000700
2026-11-22 07:25:54.312121+00	2026-11-22 07:26:01.781528+00	1	152	-1	\\x011a75ffbc980140070a00031ab9cf8ec0f2fac001a5f653d99349b8b5499aca49ee8e4ea1da498b04007e000013050100013f408319040300000088930401d2d40300820096631b03db2649929c0001931800ff0b54ddaddb7a3b90408140604444922409d406808010b38a0180800200808002ffff010000000000000000000000ff7f00808001ff7f000000808003ffff02808005ff7fffff020000ff7f00808001ff7f0000000000000000008080010000ff7f0000000000000000000000000000000000000000002008000440925475c1040f0020001000080004000200018000400020001000080004000200028000408080800193490000f4ab2252248504603f7ebf9f3b090408f423040a2a3c208000020820c000020c2000020bec88150405a4dbb090102184108410054208e918632c841042a003bda426c9b86d0101933a0000f4ab2210040400003f7e3f0038010000f40304083910020202020202020202089b101602052184108410420844efbd053708518218638c0193340000f4ab2210040400003f7e3e0030010000f4030408280c0202020202020102010884101602041111212222a2dddd0349a36d1b931a0000000000000000402081028180888824c91228058102bfff3f93690000f4ab22522485c46fbf7ebf9fbbbb6ddbf62b040b31c080000420000108a00005284001226001a2c22a0306850e0a16a2288aa2484411040641100c8420088230420cc3300682200882a02a8e210896725c080507573b583b573b986a996a986b0602045933334200831e05820275555555050000000349c8c44d242549922449922480028002800213280100121102020202036a1d1da7041d1d01010505010101010101010101ae02ae02ab06ab06060606
2026-11-22 07:25:54.312121+00	2026-11-22 07:26:01.78195+00	2	200	-1	\\x0136596d76c80140100a01032fb9cf8ec0f2fac001971ad3fc52bb5fac03ebf947c29601a703bdce48f46691cd48827ecbd44cb0ba01d1a148d0b7016b2200f8ffcaeca701d32dd185168e6e0ba6a901e965d5029a2ef28e08de78f3e508bf0513060100013f8001931300fc26809f03f0cc820403926ddb69dbb6800a932201030201c2011481026f30180c0c0604701cc7711c1fc7f1ff711cc7c7f1713cfe01933800278140203010b8ff41100441701004ff0741101c0407c1e007048080108a02ffffffffffffffff3f000000000000000000000080028002338b0180800100000080800100ff7f8080010000000000ff7f00808001ff7f0000000000000000808003808007808014ffff1a80800180800affff03ffff06808001ffff02ff7f0080800100000000ff7f0080800100808003808001ffff03000000000080800400ff7f00ff7fffff0100ff7f00808001010001010126010201010159804080408040808001804073830100000000000000000000000000000000000000000000000000000a072c190da204bb01bf022b00000400030c0b00001090019b0100030006080d0000000012110000000000003c04c3300cff07218410420821841042080c090e070c100806030a030a03b60502020202020202020202140604fb03cd02230b91010a0c0602180a0504737900000000000000000000000000000000000000000000000000000a06161f008a0ab707cb020b000000000008070000247c9b011215008802f9010d000000002221000000000000300cc0300c06002184104208218410420808010a02060308010801020214160cc109b902071d91010a9601f60102182e0b04737800000000000000000000000000000000000000000000000000000a06121b008a0ab707cb020b000000000004030000247c9b011215008802f9010d000000002221000000000000300cc0300c02002184104208218410420808010a0206030801080102141610c109b902071d91010a9601f60102182e0b04931301030102013a010201020104017b0403922402738d0100000000000000000000000000000000000000000000000000a80991090f6833a401c608a104ff046b15000a00030c0b05001c9001a10100090008080f0000000026250000000000003f0ccb300cff0f21841042082184104208100d1e19180b16032210010a0514071407ec0a54545274a6045452526a68a509280c07c909c3056f159b011418060232180b0600a34202000000020001020000000000010002010000000000000000001428350214070d020501000200000000010002000602070000000000080001000103000100021400a3510000000002000104001600130005000201000000000000000000da3200932900962600a7290000b30600de0100000000dd0100c40200fa0900990a003e00d30200d40e0000f10300e70a000700a8021400
2026-11-22 07:25:55.674915+00	2026-11-22 07:26:01.758446+00	3	104	-1	\\x01bb9dc9b06840060a000317a3e6e1c0f2fac001d2dc48a6e84985b449cdd24d81dc495b06003e000c020113060100013fc001930c00094004010000005100800a01830f0701c1c1ffc1831ffcffffff830783a369808004ffff0200000080800100ff7f0000000080801bffff1900ff7f000080800100000000808008ffff01ffff0500808002ffff0100000000000000ff7f00000000000000000000808001ff7f808005ff7fffff0380800100ff7f00808001ff7f0000000000000600833104046c666600252222000700000010000000916ab55aad020002ac6a40e4032c000000000003000010000000017ef8017c931e0118060307030101051f06110405464a29a508218410822004861a111101931e0118060307030101051f06110405464a29a508218410822004861a111101130501510116019336003f3f103ffef8030040007ef87c05079946a3d1682808040281109058ad56ab9530180c060341ea34281c12048b242222222222222200832e048202ff0f00400522841002174208214408042122222222a2888883027fb224491200034992248a1b29800201ff9351003f80c13ffeffff1f006d0000000080a806088e088e0d111408e580ca03800803040880088008800b270780ce1c051d051d0a2702051d051d01010101030503050101010108d50a2b030a2b0303060306
2026-11-22 07:25:55.674915+00	2026-11-22 07:25:55.674915+00	4	1	1	\\x01c1871a400101010a0002c6ccc381e5f5810300028004090202028080012100020201
\.
COPY almanac.journal FROM stdin;
12	2026-11-22 07:26:53.454919+00	1127256	0	0	7	1	\\x017d75f4450707012e00028ee9d0b8e5f5810302b0cd8901130300011a11830404025615030702280001055a01030c08a8020a0f9203c601f29a0213050001cbe808000b040010910311088309040800f9020110c800510809130500327b08600113080032a24788079b35003928
12	2026-11-22 07:26:53.455164+00	1127279	0	0	1	5	\\x010570155c010101270002f8ecd0b8e5f5810302decd8901020211028e04010296f1020102085902020908020202021102c80102b286ceb8e5f5810319000110
12	2026-11-22 07:26:53.453115+00	1127385	5	0	17	2	\\x01d43583341111012d0002f6ccd0b8e5f5810302b2cf8901830d00056200304000411d1a00000611832f041500c00400d0028050008002001e0040070058000009004002002800000700a000000c00c00000200000021000a0032d80800c80c04180c03680c00c80c00580800980c00380c00280c00480c00280c00480c003804080408040008040832b041300a0010031006801c003000800b000000200100020010004002000800000080020000001000410008013150005de00804080c003804080408040804080408040930900984400040422120c130b00984400da098404020378830b0504824322023202211003830b0504e243220226022100031305000008000a130600006000010a01130600006000010a000315f50596262bed0482020401000101032602010a000503126d54a601102e08010001030c43010b0a0000031326cd049b02722618030003050026030c2800050314fe01db035e4c8e010802000202046902010a0005102b0f000a0000a4e4e39ce5f5810380b804002b1b001b4c00decee19ce5f58103f4c506e2e401b278c8ba039c0ca4061983050401040000830f05060222b89020088270288101020301830d05054626450c01a608150410038b060005de0004008b060005de0004008b060005de0004008b060005de00040043199e0bf644da32c208b803be0ce2020ef00a080600010114010183110407933fb862700c028540610000040000130d00ef03000e7f60150e0301050183110586980b400994000000000098a6699a26020218
12	2026-11-22 07:26:53.453115+00	1127385	5	0	17	3	\\x01bc69698f1111010a0002f6ccd0b8e5f5810302b2cf8901830d00050100011800a360d843080c11232a80800c808015ffff1b80800fffff0fffff01808003808001ffff03808003ffff0200000000ff7f808001830b0504128224112223101203830b050412e224116222100203830b050412e22411622210020301830d05056618a9c818c414a182100300830d0505eb17494431a20821420801931a00ff0f00040dadac953d8b9d1822b8c1c7f818b1005710800100
12	2026-11-22 07:26:53.448342+00	1133881	17115	0	22	2	\\x01afbc60b31616012d0002ac82d0b8e5f5810302f2b48a01130d0091a20756030301020401011011833c041500a002002c00001600d00100c000402500e800000c00a003002c00800400c0010024004002002000000a13004001002400180080000004004000933300ffbf07051400a001000c00c003002600c00800c80040020010004002000e00a0000016002001000c00c000000a00400200028337041300e00000040020004002003400a00280050010006001000400200040040012002000800100101200800000090004001000400080011318002f602180408040808005804080c0038040804080408040930700030408040266130900030400c60ff403028313040702402163994c12110760621008aa021605131400fcbb0705192722110a5f8702270b0212010201130500010000281305000100005a011305000100005800130f00df0006e307f40306063b0b05160113080041000486010201130d00dd0006f30806063b0d051602130f00df0006e807f40306063b0b051601202b0e00030000e0b5d389e5f58103ae062183140408f50305191714110a44680220060200120107018315040883010b332d28280b241000290d030456022f0a8b06002f602104008b06002f602104008b06002f602104008b06002f60210400932000ffbf03050c53421f943126eedbca9a210a1f130b07103bb84209e540002707831404078681e611043b088e41e05010000404e10000131300fcbf031a0f41600e040e030107050202010e83150586980bf13c0200a0010000000000008007000000020218
12	2026-11-22 07:26:53.448342+00	1133881	17115	0	27	3	\\x017c02be921b1b010a0002ac82d0b8e5f5810302f2b48a0113140041a2f6079701020a02020105020a03051f030111833f041200a00000010008005800e00300020016002000a00000010004002800c0000001000400301100c00040010001000400020008001000800040004000800083170405218047b27d449c840c62070783a020a80a02814000831a04080000000f1319270f0203070956ff080c057b890264100100831a04080000000f1319270f0203070956ff080c057b89026410010001831a05075756e09398b53e8901621239243290c66041b00e0602810000831304054490f5c922458862843004564221821101932a00ffffef00040c533225f4d1caad3c26eeab199a210aa2f0311f130bb1103b0bb1c3152528530e029c1c
12	2026-11-22 07:26:53.453574+00	1127352	0	0	4	2	\\x01e14e123d0404012d00028cd4d0b8e5f5810302f0ce890103044b01000011230a80800a00ffff078080089307000b0480808005830a04100080008000200080028080011303000205130300021483040404961c8304040496101900830404045e201303000204830404033900830304020d08231098b5edc9dcf58103cad9038feb02d00300230ea2fbe7c9dcf58103dadc04709001002183040404e6100103040c0f180219830404042d20830304010b830304010b83050482980b0c020218
12	2026-11-22 07:26:53.453574+00	1127352	0	0	6	3	\\x01c55a97130606010a00028cd4d0b8e5f5810302f0ce89011305001184010111230b80800200ff7f808001000083050404631c338305040333b2018305040333b20101830604052661610c00830404029a0a830504041120dd
12	2026-11-22 07:26:53.451771+00	1125459	0	0	7	8	\\x0153c459ba0707010e0002f6b7d0b8e5f5810302a6b189018303000101110218030dfb08e402e20154b70afd01e178830d040c7b4416e1400534b50fce0d83090408055d0100ff1ea6030703070100220a3111830b040a85b8010400f0666436830c040b81d9cf4da2e05ce1d91a010b0500029ac115230de0ce8901af012e13e801418266
13	2026-11-22 07:28:31.210754+00	97757098	0	0	4	4	\\x01a772ed0b0404011e000284f4ed95e6f5810302d49e9d5d8303000109118b0d000e0418671db067dd76675d7b83030402080304001a040a83030401020305019a0147180308b0018b3afe0cfb0503073c914aaf14f9100307279c21a5068c0313030002130304004e00048304040430d0190009030800d9a806009ffa01030800c3fb0200eb950101830304024811088b06000e0480980b8b05000e040107
13	2026-11-22 07:28:31.212027+00	97757108	0	0	10	1	\\x01264eb8780a0a012e0002f687ee95e6f5810302e89e9d5d1307000f00201b08170983040401f003020283090405211ba0820921000312ddb90193280eba89011a913e608a02a91711010b0c00f0031a913e608a02a917110b1200fe0394280eba89011a913e608a02a917111108030e00b80200fc0102e80b0700a201011308002e01110113010a83070404f0410000034108091305000a000a0e1305000a000a041309000a00b68504988e01003928
13	2026-11-22 07:28:31.232569+00	97777404	0	0	1	5	\\x01e4f38a3f010101270002f2c8f095e6f5810302f8db9f5d02021102ae0502620294f62501021e59029c030908020202021102c80102a282eb95e6f5810319000110
13	2026-11-22 07:28:31.210171+00	97757057	5	0	32	2	\\x01643f45622020012d0002f6eaed95e6f5810302829e9d5d930d0085223e80000431112271d602118351041500a006009800005a00100a005000800100a800000f00a003002c00800400c0010024004002002000006c1200000100050014007000c0030005001400300060000002000400500020018001001e002883510415008004006000804100d0060032004000004000000b004002001c00800200b00000120080010000000013120020000003000a00480040028003000a000800200080000000000800c000800000100008834b041300a000000d008801400b001e00400000060010006001000400200040040012002000800100101100c000000100020004001600080010004000400080008000000200040008003800401330006be0fd1e808006804080c003804080408040804080c02a8040804080408040804080c00180408040804080c00380409311009416685f04058b2651c41821b41042001318009416685b35e61d8b040205070990010a018201065d8903132200fffb9f8d7a2ee105348f030b0284021a494d2d08160502c6030704010103010103132000ffbb9f89512cdd0c6e8e031505970222c30a78500805042d0604010103010313070001002000030a1308000100000343010a011308000100000312010a000327b903f50596262bed04118b018202040100010102000e0402010300300a02010a00065d01890305131f00ffbbef4b416d23a60107111c2e0801010102140402030c430f010c0a0b0f131c008bbbe7abf102269b02261803030306360c0605301d030d32110105032403fe01db035e4c22388e0108020002020400220804020400730a02010a00065d01890305102b14001500000086a1e6ece5f58103e1bc825080b804002b2800f6002852decee19ce5f58103c8818b50a8579daa8350ca36ec3dc8ba039c0ca406f4f2fe4f966c0183050401010000018306050114000050130e000da030181a520c0101010101038325040b5561c10b7760a8050860241d284f01d640830300800006426b4cc0250448080403a00c830a0502a0014000400380050326e70260cd0b6baa060d058902374e009d015d092c0603c8030a05000b010104010300000002051b0c006be0fd1e008100020306011b0b006be0fd1e0081000010028b09006be0fd1e040002081b0b006be0fd1e0081000011064331ec069e0bac4cda32da09229602b803be0ce2020ee20ef00aa802009c0200ca030806d60c00010101140101ba010192060183190407a0c91f5c09100c8e41e05010001c0420513e00100003059315005fbf1600040720471cdc103806814341e010041c2322c00da7024a494a490000000000000000000000000000004c00000000000000000000020218
13	2026-11-22 07:28:31.210171+00	97757057	5	0	44	3	\\x01a87810bd2c2c010a0002f6eaed95e6f5810302829e9d5d931200018cdad704040004212512251235ee1e0611236080800c808015ffff1b808003808015ffff08ffff0f808003ffff02ffff01808002ffff0100808003808001ffff030080800400ff7fffff02808003ffff03808001000000000000808003ffff0200000000ff7f808001000000808003ffff0200832d040a2d1cc0820000845b9802002c204016ab58408007092b70546881408f8502028c17101060400000023405c0132a00e7febf7f26082f412c800d8b030915056cab01160c980a2b384050085505042d040201030101030103132a00e7febf7f26082d412cdd0c85030915056cab01160c980a2b384050085105042d040201030101030103930c00a2000250e00004025a6d018331040b5d70c0160a0080e6568c0201684001b6e00a17240004092ee2b0e892e02c0b0303901f1810800080050309330049080083190405eb17d429394410218a1103b2ab46912455034994286a02933b00ffffbf7e4803040dadac953d8b6761312d669b68136d22022c026ec00d3ec6c788050ab1c41e3bae94d8e64839041030c0002b2bd04562098901
13	2026-11-22 07:28:31.200366+00	97752024	17115	0	22	2	\\x012f0373941616012d0002dcd1ec95e6f5810302b0cf9c5d1311003b3137560103010201030201010a081e09130501150180108b3b00ffff1f041400a002005800a00300c000a0030004008001003a00600100120080030024008000000600a0090014130040010024005000800000029b3200ffff1f00dfcf07041400a001003c006002008c0040020010004002000e00a0000016002001006000c000000a004002000e8b3600ffff1f051200e0000002001200d00060010001000800580080000002002200480060000001003800200080000009000400080020001b1b00ffff1f0007700d804080800580408040804080408040804080401b0b00ffff1f001002100605011b0b00ffff1f00100200e80d058b1600ffff1f04064071fc63000d0cc0244230f0049333001b1500ffff1f00de8d0304067d2211038d0112170f02088b0600ffff1f05001b0900ffff1f00020000049b0c00ffff1f001c000204037a061b0900ffff1f0002000002001b1000ffff1f005f0002e3070604340a05131b0f00ffff1f001f0002860104020703031b0e00ffff1f005e00020a08420e05191b1000ffff1f005f0002e80706063b0b0516200b0c00010000afe4ececf2fac0018b0600ffff1f05008b0600ffff1f05008b0600ffff1f05008b0900ffff1f04010100001b0a00ffff1f0006000006011b1600ffff1f00df8f030a0d07487711032d0510090f020b9b0d00ffff1f0024600e04034c56058b1a00ffff1f040800100d814a01140710001a150400043d04f552008b060007700d04008b060007700d04008b060007700d04008b060007700d04009b2400ffff1f00dfcf07040de383328c09f7a51944c1c78805072076e08a085a0e08c0c9a9068b1800ffff1f04070acd23e800101c83c0a10000b00404e103001b1700ffff1f00decf071a0f410e040e030107052c02010e038b1800ffff1f0586980bf108001a0000000000000000800700008b0700ffff1f05800218
13	2026-11-22 07:28:31.200366+00	97752024	17115	0	27	3	\\x0185f5e5691b1b010a0002dcd1ec95e6f5810302b0cf9c5d13160095a9bf02970103010801030201060206010103031611833e041100a00080000002000500160010002800100040008000800200020004001800300050120080008000000200e000400000010004005000000100010002831705060060047f280482330c49322485100cbc1018c3300013180074fff101067d2101030e03840109090917040f0101060213180074fff101067d2101030e03840109090917040f01010602930b008c008c07040359324601831c040800000d0081450501031107040c13071506100110fd2024865000008312040425544b15222562560524042e84504804932c007ffff903040ce3333e633226eeab199a210aa2f031b1100bb1133bb842190d11b41c10000270724e4e3500
13	2026-11-22 07:28:31.210672+00	97757098	0	0	5	2	\\x01844cc0640505012d0002e0f2ed95e6f5810302d49e9d5d03054b0100000111830d041100400180020001000a00049307000b0480808005830c0410008000800020008000409307000f0480808001130300020613030002150305091a2004030305091a0004001900830504045e20001303000204830404033900830404020d0008231298b5edc9dcf58103cad9038feb02d0038204002310a2fbe7c9dcf58103dadc04709001c8020021030509200004008303040110030511254107058b04000f04008b04000f04008b04000f04008b04000f0400830504042d2000830304010b830304010b83060482980b0c00020218
13	2026-11-22 07:28:31.210672+00	97757098	0	0	7	3	\\x015c01f1160707010a0002e0f2ed95e6f5810302d49e9d5d130600518401010211230d80800200ff7f8080010000ff7f03070317200404050383070405e302420a0083070405e302420a0083030401400307061f4107070a0500830404029a1a830604041120dd00
13	2026-11-22 07:28:31.208414+00	97754758	0	0	7	8	\\x018115945b0707010e0002bccfed95e6f58103028cfa9c5d830300010111021a030efb08ac7aa30249e80e84029da201830d040c7a14a6258104f94510120d8309040805630100ff1ea50307040a01004c0c30130300020609830c040b9f80851000a059adf80f030e9c03d6ac01ba0252f8108308ce0e010b050002f6bf0e230fd49e9d5d1490bd027ef3be0252a34f
8	2026-11-22 07:26:46.661735+00	44879704	0	0	4	4	\\x019e0b5f210404011e0002cec993b2e5f5810302b0bde62a8303000109118b0d000e0418679dae67dd7667fd7a83030402080304004a021a8303040102030500d10100020309e901f2d5019e02be14030849e99201c707aa39030636e3686a8207030600b20c008c01030600950300b801130300024d190009030800cfe81500f4b503030700ebb71000c13b0183040403280411088b06000e0480980b8b05000e040107
8	2026-11-22 07:26:46.663322+00	44879959	0	0	67	1	\\x01aa8fd3f14343012e0002b4e293b2e5f5810302aec1e62a1305010001421a09930601073c068002831c0703ddb6254992244992244992a449d2244992248992244992246900132700fb120ec304086080020578030fb801010101c801c801ac020c0a01c203050c060a920c900305037c0bfe041a289406be0394c603d090041ded09e902dd029901d505e62eb405cb04c1018e06f8088a039c05a203b85821b301ea03dd03d003f004f40530a50327a205a70562b603d005d40391059403db030d2180039b039144dc02e003bb41f102c404268a6ca403cb0386040ee507b903c603cb039103cd039e06b9059323003f000080100004000204129e517a491bbc22c792ef928e093a0ca656a12d80fbea0b8b7101073c041150083b00b413480bd015201340b500b30bb4029604040370188047403100a700d1000e386c08300ba807dd01740027d00b0640697002880aa74203601b400b0ed441a440196c070d400800186c06112257001e1c01710191600228d80aa42d67a003e5e766dc7291359740ae0b7801053ea80194c603d090041ded09e902dd029901d505e62eb405cb04c1018e06f8088a039c05a203b85821b301ea03dd03d003f004f40514a50327a205a7052bb603d005d40391059403db030d2180039b039144dc02e003f440f102c404268a6ca403cb0386040ee507b903c603cb039103cd03e302b90511089358010105023b040b8b32c00040602002504321514900442e621f824ce08309cbf211541830808c7b0a093a7cf0209f00690a0479d05044ff2874cf450108201242044184129709049f0a2840b060d3018723a20cfbc0e5918913080112012e010102029311000222040020050051060403499a248a049311000222040020050051060403499a244a02390809133f0032eefdfeede7bb7b07ec0210880226303e65683f638507032d64642c032c2f636601052c056365652c332e32356464672c633f0163643b64672c432c1d69830c060100ecf13ce9e79b7b0221936d0032eefdfeede7bb7b0704116568840d1c28f17a70604194030b0bd516da1c5857386e4409804b417f45f30a380a0ec1001c055db1ae5eac2de010d8519c01e7eaf2aeb072d450e951a95c0e9098f74abee6b57414ebaace4101ac2badcbb479af0a331dd51dd2510e48b56c0f003928
8	2026-11-22 07:26:46.670579+00	44887064	0	0	1	5	\\x01df9c3aa4010101270002e6d394b2e5f5810302b0b0e72a02021102f46802b80102c2c789010102625902c6020908020202021102c8010288d391b2e5f5810319000110
8	2026-11-22 07:26:46.661165+00	44879637	5	0	74	2	\\x016cf4d8334a4a012d0002dac093b2e5f5810302aabce62a1317000988c029090002000000010201020101050101020649099306013119058002839e010415008006009800000200400b004201000a003000001500a000003c00800e00b000001200000700900000091400800000d8000001000600600b0014004001008600c001000c00c000000600c001003c00800000121200400000010008004800000100030006002000400000050008001800a0018006002600288e8080040020000000000000000000000000000000000000000000000000000080808004837e0415008004006000800000300800da0040060008000008002000002c000009007000000a00c002004800000613000000001300080000000074006000800200800020010001000800000000120020018000001411000000000000000006000a000400080010000000400080000001000e001c005800108080800180808001239401808005808008ffff0a80802fffff03ffff1dffff0a808008ffff0700808007ffff060080800dffff07ffff06808001808001808002ffff0380801effff1b0080801fffff1e0000ffff01808002808007ffff08808002ffff0100808001ff7f00808002ffff0100ff7f808001000080800400808002ffff0300ffff01000000000000000000000000000000000000000000000000935e00d7805f7fbc07feffff0304140060010002002000000e0020000002002000000200a00a000200200000020020000002002000000210002000200020002000200020002000200020002000e0002000200020002000208080800180808001831e040500800528c82001d180000100010403a05110100134208102feff8004132100285a0001b8b60100000035bb15a703020d0703e1010a0a0a06208408b0030a01133c00ffef6feffe9301000000e103fc0104a60c37b80b0c4c9201d20242c601654b0160031a028b060f7c010104010a0101030c09010a120122ac020401133600ffef6667f89201000000a9016304921e4fd7091803a201e102ae01b4309e017c010302450c7c0101010a860109010a201cac0204019329002b0380002812feffff03040a22c810271932c8c092020118c09201080420400002555555d5034d0293140029000000d002000000000408a2963e09010a0b1305012301264313120029000000d002000000002d673104010a0b00035522f5050896262bed04118b01328202040100010102000e0400a62c0201e71703010100ae02000800000000000a02010a00062001cc0290018002050106080102010101010101010101010101010101010305010101132b00ffee7647f80200000000ea016d085aa6011c111c2e08010101021404950402030c010108430501070a0b933c003fefe646709effffff03040a2b998041931bc9218309180c30c00006d8c080010905c80d188061c200041140046059208001048102020003c99a04834b040932fc41d8ee8589081c321c211000408000020b0010010200a0420208801c04108000000000004000000900000018a240400005000c8008c01412c0028302e811000000000349923509102b1a0103010101110104012da4e4e39ce5f5810380b804dea705f66a002b3300ea029011887000000000decee19ce5f58103f4c506e2e401fc03ca36ec3dbecc01ece9019e04be06de05a406bc03c204b008018308050128008010000001830b0601ea0290118870000000931d00ab0310001012feffff030406cac2084210a84350044110048002010f134400fffff677f8f6170060009c05bc0104f21746c40e0d687896038401ba0e0d8901510103010d450cee028901010118010a9a01260716274901ea04100806020507010204931b00390180000012feffff03040561062190104208218410800402028356040d02255914009dab0784dc03c804ff20383082670000a0012710000bc020c0060400008759609b82108000104080013040000a000860c0050f14a0c00402b0104000f40f00000204731a1311111111110349123a091b1300d7805f7fbc07feffff0301000119011a01041b1600d7805f7fbc07feffff0300010100040000001704121b1000d7805f7fbc07feffff03011a011a021b1600d7805f7fbc07feffff030001010004000000140415834f040d94e15900809dd8ca424404580400801b7c8c5870006207aea0040d00c0110000006062cb01011858030000000000e0125606003000890101020408000000800500000000102252400080018001932400fbfef2b1887000000000040793c91f5c09100c8e41e05010386c0522f0525c18211004931f00bbfcf2b0000000000000040713c71f5c113806814341e050090205bcb80083490586980b00009440090000000000000000000000009400000025000088980b0000002626262626262626262626262626a4a4a6a5a5a6a6a6a6a7a7a7a7a7a885ac0dde7b0f8218e400020218
8	2026-11-22 07:26:46.661165+00	44879637	5	0	98	3	\\x0112657e206262010a0002dac093b2e5f5810302aabce62a932100010040edaf7c0f0000020000000404211225121131933108020102010601028309930601491905800223ab0180800c808015ffff1b808003808015ffff08ffff0f808003ffff02ffff010000808002ffff01000000000000808003808001ffff030080800400ff7fffff02808003ffff0380800100ff7f80801fffff1d0000808011ffff02ffff0d00000000ff7f808003808001ffff0200ff7f008080010000000000ff7f808001000000808002ffff0100000000808002ffff0100000000000000000000000000000000000000000000000000000000134c00ff12ffff9ddfbf27e0000000003007ac01508d02990aec09cc010c4c4d457ed4012b178c013a4b1a4b01e10360031a028b060c03354701010404010a0101030c09010a120122ac02010301134600ff12ffdf9ccfb825e00000000034207a029f02cf1de1095e18031b87018d01d4012b8401fa2f3a4b537c01b60103024509033747010104010a860109010a201cac02010301134600ff12ffdf9ccfb825e000000000301f61028d02851c88094f18031b87018d01d4012b8301fa2f3a4b537c01a90103024509033547010104010a860109010a161cac02010301931c00b20003106000004400feffff030404f124115123222222800402aa836d040c682001c361109377fad28a28e8f0000000009900000000000b84d8032d1aa205193c020899b80127042050601060030a0200e0700405a819270e4a0820400108103000030a020860c0050f0c2080021308c042000168a95900041100302511a713110349922449123a010300832d0405eb17b4252944084184100389544b7695288502e08710e20b0100000601810209e182025503000080020103935c00fffffc4ffe6101e11f00000000050dadac953d8b67b1137762880811212202448045b00816c1225804dc801b7c8c8f110b6241ec881db882123802135b0e08000118580c033b0003e0122b63000a00022000099000090001100001
8	2026-11-22 07:26:46.656326+00	44897880	17115	0	25	2	\\x010b8d7f2a1919012d00028cf592b2e5f5810302b0d9e82a13110091a21f0156030301020201010109061f0913040118010183430415002002002c00001600d00100c000402500e800000c00a003002c00800400c0010024004002002000000313004001000a002001c000000600200000010010002000933700ff3f17010414004001000c00c003002600c00800c80040020010004002000e00a0000016002001000c00c000000a1200400280000002833e041300c00000040020004002003400a002800500100060010004002000400400120020008001000812008000000200240010004000000100040018000000131d002fe08a0080408040808005804080c003804080408040804080408040930900430420000403de1e130c0043040000d21fdc0bf206078b1d01001801040706c0a2249cd036140ce0d31018020891060302010001011b180100180100fc3b17052072223022629203391c0221040601130c005d00040178060207010301130601000118b801011306010001189e0100131100df001401cb05f40306063b0b05160101130800410010004a0201130f00dd001401b00206063b0d05160201131100df001401d005f40306063b0b05160101202b0e01000217e0b5d389e5f58103ae0611830504010300008306050101000001131900ff3f1700cd040c0f2648145f1e47930107300d02210409018b060100180105000b1f01001801c103012456a4012873212b1d00431d030c0193010a1504020002028b07002fe08a0004008b07002fe08a0004008b07002fe08a0004008b07002fe08a000400932300ff3f0701058c0154521f954126efebca9b310a20230b08203bb95209e65000280700831604078681e611043b088e41e05010000004120e000000131400fc3f07001a0f41600e040e030107050202010e231bfa0b041f4500003433000000000000000000003c3b00000000d202020218
8	2026-11-22 07:26:46.656326+00	44897880	17115	0	34	3	\\x016c03c8062222010a00028cf592b2e5f5810302b0d9e82a1316000110b5d703970109020201050206030303140a030111834d041200800000010008005800e0030002000a00780060010002000a00100040000001000a003011004000800000030006000a000800200010002000800000010002001400200008002080808001832304078301e041180900c257019090301008090f150a0d020b0601910402000302010103131d0038f77fae000f1321722e0210120c5683030f15241c02052102020601131d0038f77fae000f1320722e0210120c5683030f15241c02052102020601010326ab029601011f094d090f9501630e020c151a110b122c171d03240c0193010604070e0402020200831704054490f549798b14214431042266251421228a1101038332040c533225f4d1caad3c2663e2beeeab199aa119a2200a1ff3310bb18845ec62872b4a500600002807010870f29303000000
8	2026-11-22 07:26:46.661654+00	44879704	0	0	4	2	\\x01158286420404012d0002acc893b2e5f5810302b0bde62a03044b01000011230a80800a00ffff078080089307000b0480808005830a0410008000800020008002808001130300020613030002130304111f28060304111f00061900830404045e201303000204830404033900830304020d08231098b5edc9dcf58103cad9038feb02d00300230ea2fbe7c9dcf58103dadc0470900100210304112500060103042130510b19830404042d20830304010b830304010b83050482980b0c020218
8	2026-11-22 07:26:46.661654+00	44879704	0	0	6	3	\\x01d7393c650606010a0002acc893b2e5f5810302b0bde62a1305001184010111230b80800200ff7f80800100000306071828060809830604050703831283060405070383120103060e22510b0f1200830404029a0a830504041120dd
8	2026-11-22 07:26:46.6594+00	44877370	0	0	7	8	\\x010012f1180707010e000290a593b2e5f5810302f498e62a8303000101110210030dd20bc22dff0147a23d8502f668830d040cd1c56b0071046c4e10610e83090408055c0100ff1ea6030804430100ac010a3b130500523c320109030ca401cf064400e5139c029808030fa103b69701bc0252e7d301c507ff11010b050002d9d8232310b0bde62afe03826f3cc1748601809c02
9	2026-11-22 07:26:47.808238+00	1146503	0	0	3	4	\\x01b981ad620303011e0002dcc39fb3e5f58103028efa8b018303000221118b0a00060418679daf673d7b8303040208030300050e83030401060303000702030552ee0ee50e0305328521c925030510b203c105030400b50150030400478d01030300000d190009030700f5f602f5b201030600c3c302df3001830304022411082b050006980b000b0400060101
9	2026-11-22 07:26:47.810142+00	1146819	0	0	7	1	\\x014285dbde0707012e0002bce19fb3e5f581030286ff8b01130400411b3c09830304014083040402aa1603085000020a8d010100030de0040b14fa04b302a6c10282069310001f0412edf066a747672301abbc40020b0500420582068b080049040aea9d25301108830a0409c40908c8f019c0430113030001021303000102390809930800590408f50ccd0e01130b0059b99201ba0afc72e805003928
9	2026-11-22 07:26:47.816345+00	1145766	0	0	1	5	\\x0130fc8a88010101270002b2c2a0b3e5f5810302ccee8b0102021102ce120102ecf20d01020e5902100908020202021102c8010296ad9cb3e5f5810319000110
9	2026-11-22 07:26:47.803264+00	1142099	5	0	27	2	\\x01466cd5581b1b012d000280f69eb3e5f5810302a6b58b01930e0045fd2300000431123116b518011183460415008006009800005a00100a0050008001007800001d0060010024000009004000001400c01000700000021200200100030006002000400080040006007800a001000a000a934300ff77ef070415008004006000804100d0060032004000005800001200e000001400800400500000400040020030000001110020004000000300010010001c006000108341041300a000000d008801400b001e0040000002002c0080000004004800c00000080030020002000811004000000100010002000200080010007000c00000020002131f002b583b0080c005804080c003804080408040804080408040804080408040930c0050c2880304042211c4420293120050428803040bda2450000680076a312a43931900ff7d760404079cc046501a1c02814021f016040406012f0c831604081c016c0225060d010100030001de020002242030130a000000a1030a3c3c1a1913080000008c00010a3c0113080000008c00010a2e00032322f50596262bed04118202040100010001e71703000a02010a005c018803aa01990205931800ff558f000508ea6d5aa610112e080101030c4301080a3c131f00df35ef07ab0226cd049b02722618030305e4010a03090a5c01a4031a19058321050932fc6df7c2448423040200080020801c01004d04045000804b00c4aa321600102b130014200000a4e4e39ce5f5810380b804dea705002b260076608903decee19ce5f58103f4c506e2e401fc03b674aab6039e049c0ca406bc03c204b0081983080400030000220800831c04079c0047f01c540281400010781f00080b010620007a03e82b2d0383050400018000831d0508380337064c0409020200030a02df03000b010201027802e25167038b07002b583b0004008b09002b583b00040101008b07002b583b0004008b09002b583b00040101004327a8069e0bf644da32c20822b803be0ce2020ef00a0008862c06000001011401010140a0028004018317040793c91f5c09181c83400110e01400040310001084001310009f370000130e7f60150e030105011c83130486980b00500225000000000040090080e40b020218
9	2026-11-22 07:26:47.803264+00	1142099	5	0	34	3	\\x015dddb9412222010a000280f69eb3e5f5810302a6b58b01931200c9fc9d000200054104448a11aea41e420811234980800c808015ffff1b80800fffff0f808003ffff040000808003ffff0280800300ffff0380800180800effff0d0000000000ff7f8080010000808003ffff0200000000808002ffff01931d00ffffda01020407814060f3310c0c814020c02904de06422004bc3000831904080101016c1f06060c010101031c0001de0248020200020c831904080101016c1f06060c010101031c0001de0248020100020c1305011a01070183240608030303373f0d040702020203380a02df01020b0102010278024b971b1b1b1a1a33030083120405eb17498a10a288128280810227fe030c932d00ffcf23fe01040dadac953d8b9d1822424404e006dce063c4025c410006d60018008814001616868686f6f6f6
9	2026-11-22 07:26:47.794338+00	1138012	17115	0	28	2	\\x01d45afab11c1c012d0002c4ea9db3e5f5810302b8f58a01130f009144b90056030201020201010a0411834b0415006002002c00001600d00100c000402500e800000200800100740080050090000038008004004800000414006000009a004001001400800400140040000006004000000400800000029339007f7fbe000414006001000c00c003002600c00800c80040020010004002000e00a0000016002001000c000006000c1200a0000009000e00088344041300e00000040020004002003400a00280050008008000000b002000000100220090000001000c12004000000e000800200040020001000200100040000001000600081321002fc06b0480408040808005804080c003804080408040804080408040804080409309000308000904031413130a00030800009c18e80704831a0406046070ff640651140153220807814195b0180c02804000001316007c779c00051b82012223125f8a0227150212020c0113050100011b5013060100011b8d019309005800100004037a0613050100011b78001310005f0190009b06f40306063b0b051601130800410080005e0201130e005d0190008d0406063b0d0516021310005f019000a006f40306063b0b051601202b0e0100021ae0b5d389e5f58103ae0619830504010100001318007f7f9c00c30306051d47142412446b0420090212020d0183050401010000031eb802010e3b800128500214241400291403040107560619040602000202008b07002fc06b0404008b07002fc06b0404008b07002fc06b0404008b07002fc06b0404009326007f7f3e00050d53823e508631e1be5a996610051f23161c80d8812b2841042d0704e0e454039318007f7f3e0004078681e611043b088e41e05010b00404e1039316007c7f3e0005079a4710ec203806814341c012041c0383190586980bf13c0200a0010000000000000000001e0000000000020218
9	2026-11-22 07:26:47.794338+00	1138012	17115	0	34	3	\\x01d401a9122222010a0002c4ea9db3e5f5810302b8f58a01131900818cdaaf039701010801020201050206010103041607030111834e051200a00000010008005800e0030002000a00580080008002000200100040008002000c00100040000003000c002800400000020002000800800300010004005000000100010002001080808001831f040682003cc416fca011084f8218070bc62121300802832ac150180c020103931d00b8fb3f9e0004080f131b822003030f0956ff0b0c1b150205450a6302931d00b8fb3f9e0004080f131b822003030f0956ff0b0c1b150205450a63021305010001210183230408d068011f09380380420e020311131107078d0c843270100207aba1c1201804020a00831805054490f54959a404218a11c2982248085c088544080103933300fffb3f3f00040c533225f4d1caad3c2663e2be9aa119a2200a1ff331b1100b0db12376e00a4a4019226839200027e7e45403
9	2026-11-22 07:26:47.80397+00	1142316	0	0	5	2	\\x01fd0c69bb0505012d000284819fb3e5f5810302d8b88b0103054b0100000111830d041100400180020001000a00049307000b0480808005830c0410008000800020008000409307000f0480808001830404032900130400030e1483050404961c03830504049610001900830504045e20001303000204830404033900830404020d0008231298b5edc9dcf58103cad9038feb02d0038204002310a2fbe7c9dcf58103dadc04709001c802002183050404e710000103050c0f1902068b04000f04008b04000f04008b04000f04008b04000f0400830504042d2000830304010b830304010b83060482980b0c00020218
9	2026-11-22 07:26:47.80397+00	1142316	0	0	7	3	\\x018b046eae0707010a000284819fb3e5f5810302d8b88b01130600518401010211230d80800200ff7f8080010000ff7f83060404631c33038305040333b2018305040333b20101830704052665618c0100830404029a1a830604041120dd00
9	2026-11-22 07:26:47.801518+00	1139783	0	0	7	8	\\x01c6a2c1870707010e0002dcda9eb3e5f58103028e918b018303000101110212030edd0da8098c037fe211c603c1ab01830d040c19774a8cf107dc581c5d0d83090408055d0100ff1ea60307030701003d0c3e830304010209830c040b8de804100040c7a76c10830c040b8941d44da22075fcad1d010b050002c8e91623108efa8b01f804b9109a02bf3bb2039f43
10	2026-11-22 07:26:48.205859+00	397621	0	0	4	4	\\x01cf6a81430404011e0002c688d0b3e5f5810302eac43083030001090902108b0d000e041867fdaf036274673d7b83030401028304040328048303040102830404032100030531820200000306a5018e1200001303000227130300020e13030002162100091305000281c30213050002a3ba0221088b06000e0480980b8b05000e040107
10	2026-11-22 07:26:48.221552+00	411410	0	0	1	1	\\x018bb7cfde0101012e0002e0fdd1b3e5f5810302a49c3202400902100202020202f2ee0401081108590821003928
10	2026-11-22 07:26:48.229465+00	413120	0	0	1	5	\\x016ebd0d72010101270002b2f9d2b3e5f581030280b73202020902100290010102e084020102081902020236020202c4180902ec1019082102c8010811000110
10	2026-11-22 07:26:48.188567+00	385303	5	0	18	2	\\x01724cf4071212012d0002aefacdb3e5f5810302ae842f930c00f341020005620c180a0d020902108332041500c00400d0028050008002001e008002001802000e0040010028000003003000000800800000480000031100e0014001032f80800c80c04180c03680c00c80c00580c00280801080c00480c00380c0028040804080400080800380408080048040832d041300a0010031006801c003000800400080110010004000000200200080000004001000000100081000e00080931a00a577000410002000e000200020002000600020002000200020930900981001040422c101130c00981001da09840403788903830b050441321221a031102131830b050471321222a0310020301307000041010a0101930800001a0104041a1a01930800001a0104041a1a000318f50596262bed04820201e71703140a02010a005d01890305131200bf1f016d5aa601102e030c430f01090a0f031626cd049b02722605e40100141d030a14005d01a6030583170509feb67b61e24800390257140808a000409700890b00102b12004a0000a4e4e39ce5f5810380b804dea705002b1f00db1101decee19ce5f58103f4c506e2e401b278aab6039e049c0ca406bc031983050401000100831004060121b450101ccc182020200c043801830b050483662322aa312022358b0800a57700040120008b0800a57700040120001b0800a57700002000021b0800a577000020000543189e0bf644da32c208b80308862c0600010101140101014001130f00ff1101137f601506011c05030101130a006f00000e7f6015011c83120586980b400994005002a6699aa6699aa609020218
10	2026-11-22 07:26:48.188567+00	385303	5	0	20	3	\\x01f5eb4b7d1414010a0002aefacdb3e5f5810302ae842f930f00a9e708000681b09085d205417000090210232b80800c808015ffff1b80800fffff0fffff01000080800effff0d00000000ff7f8080010000808003ffff02830c04041141131121a0311102d2830c04041171131122f0310002c2830c04041171131122a0310002c101830c05043383162222aa3122123400830e0405eb1749841050881042080269131800ff0306ad19ad19cf05bb22a104dc01dc01048316032020
10	2026-11-22 07:26:48.193123+00	389153	0	0	4	2	\\x0112c8135d0404012d0002c6c1ceb3e5f5810302c2c02f130300014b090210830b0411004001c00000050002930700050480808005830a04100080004000800020028080010304010d300003050e009701002900830404040e05130300040483040403c101830304023108231098b5edc9dcf581038606c4d3038feb0200230ea2fbe7c9dcf58103a20cb8d0047000198303040104030401002f0001830304010819830404040d028303040105830304010583050482980b30020218
10	2026-11-22 07:26:48.193123+00	389153	0	0	1	3	\\x01cb6f3a450101010a0002c6c1ceb3e5f5810302c2c02f028c020902100280800119020200020201
10	2026-11-22 07:26:48.174146+00	365908	0	0	7	8	\\x017f8c2de70707010e00028499ccb3e5f5810302a8d52c83030001010902100214030fdb5cfa569f4baa509537892bbec301830e040ddb112fd14b24f3e1464b970583090408055d0100ff1ea603070401010026050011030a84012e40009a06e40100830e040d78ff3b9b0540805dfe8662000100831304133511963832709343e57c11de10f82eae16
11	2026-11-22 07:26:52.326312+00	4120453	0	0	3	4	\\x019b5560b70303011e0002d086c7b7e5f58103028afef6038303000221118b0a0006041867fdaf677d7b83030402080303000e15830304010203050ded028001030553de22b012030529f741824c0305149b14b80403040008a0010304000bc402210009030600ff3bf5f401030500ed02be3901830304021811082b050006980b000b0400060101
11	2026-11-22 07:26:52.327662+00	4106111	0	0	6	1	\\x01abe66f990606012e0002dc9bc7b7e5f5810302fe9df503130300011a1183050403274902030807a001000414c40203090a8d071c1da909f20683100412ec463aec5b13e581929cb37a460b0b04000a63040b0600228004ab021108030800c706070431d00683050404e00183130400220708130300020239080913070032e7031ba703130400220308130a0032b39003fa17c5b405003928
11	2026-11-22 07:26:52.327886+00	4098421	0	0	1	5	\\x0176cd0efc0101012700029c9fc7b7e5f5810302eaa5f40302021102ac0f022c02ceb01701021459028a090908020202021102c8010280d8c3b7e5f5810319000110
11	2026-11-22 07:26:52.32573+00	4137163	5	0	36	2	\\x01a1f3a2032424012d0002c4fdc6b7e5f58103029683f903930e0085223e41080083021090c04f151183590415008006009800005a00100a005000800100a800000f00a003002c00800400c0010024004002002000006c1100000180020005000e001200080010004000400180020003000300080008007800d0120080028002000a0030935300ffbf1fdf0f0415008004006000804100d0060032004000004000000b004002001c00800200b000001200800100980000011100c000400180040005000e00140008001000200000028003000c0002000400088353041300a000000d008801400b001e00400000060010006001000400200040040012002000800100101000c0008000800080008000400040006000400040008000400040002000e000c011000001000100020004132e006be08d370880c005804080c003804080408040804080c02a8040804080408040804080c001804080408040804093120094162cd1030405ab254144106459618c00131b0094160cd10335e5098b0402040703068402dc019206fc07960d0a132700fffbdf2e0e5b40990376ff01070285012f1d2d130813090296010d020401040a010201030107932100ffbb0f0e0e040a31f8603e2df734408025c5048705090824404008042c1a327113050118010b081306011b0207010a011306011b0207010a00132b00ffbb0fdf0f22f50596262bed04118b01820204010101020e040201031c0a02010a8903aa019902050107932000ffbb0f5f000408e56d54a610111c2e08010101021404020703c6f01150281e1324009fbb07df0fab0226cd049b0272261803030306360c06051c1d030b1ea6031a19050107932900ffbb0fdf0f050932fc6df7c244040e4708040810404004020202087c5120208082c4aa3216087000102b11001400000000a4e4e39ce5f5810380b804002b2700f60008d101decee19ce5f58103f4c506e2e401fc03ca36ec3dc8ba039c0ca406bc03c204b008198318040610e18656101cce101c45001403910a00551294041911932600ffbf0fdb0b040a28e8b0e419581910802788f0320011181c40400006df73c0489116544b18831504050531ac44218a8033441003122724d2946802ff932300bffbdf2b0a040ab9ecb1f235f9195048161d5461c2012520104025041c13771922061b0d006be08d3708008120000405011b0c006be08d37080081000002018b0d006be08d3708040202800008001b0c006be08d37080081000004044334a8069e0bf644da32c208229602b803be0ce2020ee20ef00aa802009c0200ca0308060c00000000010101140140a0028004010101831a040793c91f5c09100c8e41e05010001c03501a000310840408008316040713c71f5c0108008e41e05010001c021801000000831f0586980b005002250000000000000000000000000000a6699aa6699a80e40b020218
11	2026-11-22 07:26:52.32573+00	4137163	5	0	55	3	\\x01f3d5b0973737010a0002c4fdc6b7e5f58103029683f903931700011cb5af070220000541842144284284325c34410c0211236e80800c808015ffff1b808003808015ffff08ffff0f808003ffff02ffff01808002ffff010000808003808001ffff030080800400ff7fffff02808003ffff0380800100000000000000ff7f008080010000000000ff7f808001808003ffff0200000000808002ffff010000000000933100effeffdf5b014c0409671ee04090d95b8803010258787301838209081a1313085b130902960508020401040a03519603932d00effe7f5f58004c040a6734818301ec7bf34103030470c21b17b8e2da04069a4f227842840422288130040307932d00effe7f5f58004c040a6734818301e663f34103030470c21b17b8e2da04069a4f22714284042228813004030783170504db53b15421232264224323152222122281025c004c133000eff2ffdf4f0144c501126f0cab06bb033e0615702c2d091432232607b901250801950105070103010707090102020600831b0405eb17b42529441021443103925d258a2449810284fe034c9204934100ffff3ffd80fe01040dadac953d8b67b11377628808112122022c8245c00db8c1c7f8180ab1c4127becb852e24839041030c00006280002080990204102081020
11	2026-11-22 07:26:52.314461+00	4148527	17115	0	22	2	\\x01beafda501616012d0002bacdc5b7e5f5810302deb4fa03130d0091a20756030301020401011011833c041500a002002c00001600d00100c000402500e800000c00a003002c00800400c0010024004002002000000a13004001002400180080000004004000933300ffbf07051400a001000c00c003002600c00800c80040020010004002000e00a0000016002001000c00c000000a00400200028337041300e00000040020004002003400a00280050010006001000400200040040012002000800100101200800000090004001000400080011318002f602180408040808005804080c003804080408040804093080003040804044812130900030400f837d00f028314040708402163994c12110760621008aa03629000131400fcbb0705192722110a5f8702270b0212010801130600010000a001130600010000c40201130600010000a40200130f00df0006bb07f40306063b0b05160113080041000480010201130d00dd0006f10706063b0d051602130f00df0006c007f40306063b0b051601202b0e00030000e0b5d389e5f58103ae0619830c04043c41c2001e6010200106131600ffbf03b8070904151508110a3667021a0601100103830d04041733e12428802021022e050317c7040008302c1a24091c0e00210d0103540106000001018b06002f602104008b06002f602104008b06002f602104008b06002f60210400932000ffbf03050c53421f943126eedbca9a210a1f130b07103bb84209e540002707831404078681e611043b088e41e05010000404e10000131300fcbf031a0f41600e040e030107050202010e83150586980bf13c0200a0010000000000008007000000020218
11	2026-11-22 07:26:52.314461+00	4148527	17115	0	27	3	\\x012ab709c21b1b010a0002bacdc5b7e5f5810302deb4fa0313140041a2f6079701020a02020105020a03051f030111833f041200a00000010008005800e00300020016002000a00000010004002800c0000001000400301100c00040010001000400020008001000800040004000800083170405848047b27d449c840c62070783a020a80a08814000831a04080000000f1319270f0203070956ff080c057b890264400100831a04080000000f1319270f0203070956ff080c057b890264400100831004042581361123402430038516694a00031d8403c301001703302c1e0601080f0d0509160b0d01080354010600010100831304054490f5c922458862843004564221821101932a00ffffef00040c533225f4d1caad3c26eeab199a210aa2f0311f130bb1103b0bb1c3152528530e029c1c
11	2026-11-22 07:26:52.326221+00	4133099	0	0	4	2	\\x01d97e25bd0404012d00029a85c7b7e5f5810302d6c3f80303044b01000011230a80800a00ffff078080089307000b0480808005830a0410008000800020008002808001130300020613030002150304070a100383040404a7301900830404045e201303000204830404033900830304020d08231098b5edc9dcf58103cad9038feb02d00300230ea2fbe7c9dcf58103dadc047090010019830304010903040610000283040403640403040b0e1f0319830404042d20830304010b830304010b83050482980b0c020218
11	2026-11-22 07:26:52.326221+00	4133099	0	0	6	3	\\x0179bf8feb0606010a00029a85c7b7e5f5810302d6c3f8031305001184010111230b80800200ff7f808001000083060405e3c03108830504033b3602830504033b3602830404029a0a8306040525fd510c00830404029a0a830504041120dd
11	2026-11-22 07:26:52.324393+00	4118534	0	0	7	8	\\x01c31cf23d0707010e0002d2e8c6b7e5f58103028ce0f6038303000101110216030fcd09d202ea01d82fe10b8c02e3c401830d040ccc2415ea301bdcb510d20c83090408055d0100ff1ea60307030601005b0a3111830c040b88c884100080df947c0e830d040c845119391105d6283def06010b050002fbad1083140490ea8ff303907b8a4380250000d6bcf6ac3ae9
12	2026-11-22 07:26:53.453656+00	1127344	0	0	3	4	\\x01c544eb320303011e0002b0d5d0b8e5f5810302e0ce89018303000221118b0a0006041867fdaf677d7b830304020803030008068303040102830304010203054ae7018c09030524880fee170304102db2040303000a280303000b5a2100090307008c9203bcb401030600bb9f02f11d01830304021811082b050006980b000b0400060101
\.
COPY almanac.query_texts FROM stdin;
-8453968588357769748	2026-11-22	SELECT c.oid::pg_catalog.regclass\nFROM pg_catalog.pg_class c, pg_catalog.pg_inherits i\nWHERE c.oid = i.inhparent AND i.inhrelid = $1\n  AND c.relkind != $2 AND c.relkind != $3\nORDER BY inhseqno
-7945795955553784840	2026-11-22	select extversion from pg_extension
-5955342360133229565	2026-11-22	SELECT s.srvname,\n  pg_catalog.array_to_string(ARRAY(\n    SELECT pg_catalog.quote_ident(option_name) || $1 || pg_catalog.quote_literal(option_value)\n    FROM pg_catalog.pg_options_to_table(ftoptions)),  $2)\nFROM pg_catalog.pg_foreign_table f,\n     pg_catalog.pg_foreign_server s\nWHERE f.ftrelid = $3 AND s.oid = f.ftserver
-3190139613083177581	2026-11-22	drop extension if exists pg_stat_statements
-3092640974983544764	2026-11-22	SELECT c.oid,\n  n.nspname,\n  c.relname\nFROM pg_catalog.pg_class c\n     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace\nWHERE c.relname OPERATOR(pg_catalog.~) $1 COLLATE pg_catalog.default\n  AND n.nspname OPERATOR(pg_catalog.~) $2 COLLATE pg_catalog.default\nORDER BY 2, 3
-2958850187099151154	2026-11-22	drop extension if exists pg_almanac cascade
-2335283942863288908	2026-11-22	select * from almanac.status
-1407447593011744864	2026-11-22	SELECT pubname\n     , $1\n     , $2\nFROM pg_catalog.pg_publication p\n     JOIN pg_catalog.pg_publication_namespace pn ON p.oid = pn.pnpubid\n     JOIN pg_catalog.pg_class pc ON pc.relnamespace = pn.pnnspid\nWHERE pc.oid =$3 and pg_catalog.pg_relation_is_publishable($4)\nUNION\nSELECT pubname\n     , pg_get_expr(pr.prqual, c.oid)\n     , (CASE WHEN pr.prattrs IS NOT NULL THEN\n         (SELECT string_agg(attname, $5)\n           FROM pg_catalog.generate_series($6, pg_catalog.array_upper(pr.prattrs::pg_catalog.int2[], $7)) s,\n                pg_catalog.pg_attribute\n          WHERE attrelid = pr.prrelid AND attnum = prattrs[s])\n        ELSE $8 END) FROM pg_catalog.pg_publication p\n     JOIN pg_catalog.pg_publication_rel pr ON p.oid = pr.prpubid\n     JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid\nWHERE pr.prrelid = $9\nUNION\nSELECT pubname\n     , $10\n     , $11\nFROM pg_catalog.pg_publication p\nWHERE p.puballtables AND pg_catalog.pg_relation_is_publishable($12)\nORDER BY 1
-1311852355775955697	2026-11-22	SELECT pol.polname, pol.polpermissive,\n  CASE WHEN pol.polroles = $1 THEN $2 ELSE pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1),$3) END,\n  pg_catalog.pg_get_expr(pol.polqual, pol.polrelid),\n  pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid),\n  CASE pol.polcmd\n    WHEN $4 THEN $5\n    WHEN $6 THEN $7\n    WHEN $8 THEN $9\n    WHEN $10 THEN $11\n    END AS cmd\nFROM pg_catalog.pg_policy pol\nWHERE pol.polrelid = $12 ORDER BY 1
-800962931810572515	2026-11-22	SELECT c.oid::pg_catalog.regclass, c.relkind, inhdetachpending, pg_catalog.pg_get_expr(c.relpartbound, c.oid)\nFROM pg_catalog.pg_class c, pg_catalog.pg_inherits i\nWHERE c.oid = i.inhrelid AND i.inhparent = $1\nORDER BY pg_catalog.pg_get_expr(c.relpartbound, c.oid) = $2, c.oid::pg_catalog.regclass::pg_catalog.text
-207934118980283490	2026-11-22	SELECT oid, stxrelid::pg_catalog.regclass, stxnamespace::pg_catalog.regnamespace::pg_catalog.text AS nsp, stxname,\npg_catalog.pg_get_statisticsobjdef_columns(oid) AS columns,\n  $1 = any(stxkind) AS ndist_enabled,\n  $2 = any(stxkind) AS deps_enabled,\n  $3 = any(stxkind) AS mcv_enabled,\nstxstattarget\nFROM pg_catalog.pg_statistic_ext\nWHERE stxrelid = $4\nORDER BY nsp, stxname
4130891879441009695	2026-11-22	create role seller
4737250617082410248	2026-11-22	select stream, count(*), max(ordinal) from almanac.stream_columns() group by 1
7128494963642040608	2026-11-22	SELECT c.relchecks, c.relkind, c.relhasindex, c.relhasrules, c.relhastriggers, c.relrowsecurity, c.relforcerowsecurity, $1 AS relhasoids, c.relispartition, pg_catalog.array_to_string(c.reloptions || array(select $2 || x from pg_catalog.unnest(tc.reloptions) x), $3)\n, c.reltablespace, CASE WHEN c.reloftype = $4 THEN $5 ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END, c.relpersistence, c.relreplident, am.amname\nFROM pg_catalog.pg_class c\n LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid)\nLEFT JOIN pg_catalog.pg_am am ON (c.relam = am.oid)\nWHERE c.oid = $6
7594357652709143777	2026-11-22	create extension if not exists pg_stat_statements
7640383873854894443	2026-11-22	create extension pg_almanac
7940241405707009001	2026-11-22	create extension pg_stat_statements
8043751742956049277	2026-11-22	drop database if exists shop
8828287431853683699	2026-11-22	SELECT e.extname AS "Name", e.extversion AS "Version", n.nspname AS "Schema", c.description AS "Description"\nFROM pg_catalog.pg_extension e LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace LEFT JOIN pg_catalog.pg_description c ON c.objoid = e.oid AND c.classoid = $1::pg_catalog.regclass\nORDER BY 1
9030955166838906519	2026-11-22	SELECT a.attname,\n  pg_catalog.format_type(a.atttypid, a.atttypmod),\n  (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, $1)\n   FROM pg_catalog.pg_attrdef d\n   WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef),\n  a.attnotnull,\n  (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t\n   WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS attcollation,\n  a.attidentity,\n  a.attgenerated,\n  CASE WHEN attfdwoptions IS NULL THEN $2 ELSE   $3 || pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.quote_ident(option_name) || $4 || pg_catalog.quote_literal(option_value)  FROM   pg_catalog.pg_options_to_table(attfdwoptions)), $5) || $6 END AS attfdwoptions,\n  a.attstorage,\n  CASE WHEN a.attstattarget=$7 THEN $8 ELSE a.attstattarget END AS attstattarget,\n  pg_catalog.col_description(a.attrelid, a.attnum)\nFROM pg_catalog.pg_attribute a\nWHERE a.attrelid = $9 AND a.attnum > $10 AND NOT a.attisdropped\nORDER BY a.attnum
-7139867679667432733	2026-11-22	create index on orders (customer)
-6276639926616288595	2026-11-22	insert into customers select i, $1 || i from generate_series($2, $3) i
-5184754978337964432	2026-11-22	create table customers (id int primary key, name text)
7222566845762626885	2026-11-22	create table orders (id int generated always as identity primary key, customer int not null, amount numeric, note text)
7258913722039271109	2026-11-22	create database shop
-6164831182401395361	2026-11-22	select almanac.take_snapshot()
839797299037291366	2026-11-22	delete from orders where id = $1
1494132553909888166	2026-11-22	select $1 + $2 as marker
4237944122565232115	2026-11-22	select count(*), sum(amount) from orders where customer = $1
5847832560403264871	2026-11-22	select c.name, sum(o.amount) from orders o join customers c on c.id = o.customer group by 1 order by 2 desc limit $1
6086414117116623067	2026-11-22	insert into orders (customer, amount, note) select $1 + (i * $2) % $3, i * $4, repeat($5, i % $6) from generate_series($7, $8) i
7649589952521696883	2026-11-22	update orders set amount = amount + $1 where id % $2 = $3 % $4
-8887164314274638727	2026-11-22	ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261112 FOR VALUES FROM (?) TO (?)
-8868564906152593145	2026-11-22	CREATE TABLE almanac.table_raw_p20261110 (LIKE almanac.table_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-8586671620975530513	2026-11-22	CREATE TABLE almanac.system_raw_p20261110 (LIKE almanac.system_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-7786287366028752387	2026-11-22	CREATE TABLE almanac.system_raw_p20261113 (LIKE almanac.system_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-5581553062696444532	2026-11-22	insert into almanac.system_samples (series_id, "time", duration, wal_bytes, connections, wal_records)\n select $1, timestamptz $2 + m * interval $3, interval $4, m * $5, m % $6, m from generate_series($7, $8) m
-5487894088735982717	2026-11-22	CREATE TABLE almanac.system_raw_p20261112 (LIKE almanac.system_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-5069649934001878499	2026-11-22	select almanac.seal()
-4767883557524000790	2026-11-22	CREATE TABLE almanac.table_raw_p20261111 (LIKE almanac.table_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-4741515215282580901	2026-11-22	insert into almanac.statement_keys (series_id, server_id, dbid, userid, queryid, toplevel, first_seen)\n select $1 + i, $2, $3, $4, $5 + i, $6, $7 from generate_series($8, $9) i
-4625403694809834366	2026-11-22	SELECT s FROM pg_catalog.unnest($1) AS s WHERE NOT EXISTS (SELECT FROM almanac.system_keys AS k WHERE k.series_id OPERATOR(pg_catalog.=) s) LIMIT $2
-3819458454403943347	2026-11-22	select stream,snapshot_id,length(payload) from almanac.reference
-3016053372045557102	2026-11-22	ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261114 FOR VALUES FROM (?) TO (?)
-2986743643648751019	2026-11-22	insert into almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, stddev_exec_ms, min_exec_ms, max_exec_ms, shared_blks_read)\n select s, timestamptz $1 + m * interval $2, interval $3, m % $4 + $5, s * m % $6, $7 + m % $8, $9 * (m % $10), $11, $12 + m % $13, m\n from generate_series($14, $15) s, generate_series($16, $17) m where (m / $18) % $19 = $20
-2958084379946914444	2026-11-22	ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261111 FOR VALUES FROM (?) TO (?)
-2602091622775618358	2026-11-22	INSERT INTO almanac.totals (stream, payload) VALUES ($1, $2) ON CONFLICT DO NOTHING
-2584956593982753364	2026-11-22	insert into almanac.table_samples (series_id, "time", duration, total_bytes, table_bytes, n_live_tup, n_dead_tup, n_tup_ins, seq_scan, last_vacuum)\n select k.series_id, timestamptz $1 + m * interval $2, interval $3, $4 * (m % $5 + $6), $7 * (m % $8 + $9), $10 + m * $11, m % $12, m % $13, case when m % $14 = $15 then $16 else m end,\n   timestamptz $17 + (m / $18) * interval $19\n from almanac.table_keys k, generate_series($20, $21) m where k.relname in ($22, $23)
-2274026803517601872	2026-11-22	CREATE TABLE almanac.table_raw_p20261114 (LIKE almanac.table_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-2242871567812148584	2026-11-22	ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261112 FOR VALUES FROM (?) TO (?)
-1491933508628343011	2026-11-22	CREATE TABLE almanac.database_raw_p20261110 (LIKE almanac.database_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-1451006259670025162	2026-11-22	ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261110 FOR VALUES FROM (?) TO (?)
-1344246447892154261	2026-11-22	SELECT s FROM pg_catalog.unnest($1) AS s WHERE NOT EXISTS (SELECT FROM almanac.database_keys AS k WHERE k.series_id OPERATOR(pg_catalog.=) s) LIMIT $2
-1249307093170992598	2026-11-22	select stream, sum(samples), sum(length(payload)) from almanac.journal group by 1
-570101671345190794	2026-11-22	CREATE TABLE almanac.database_raw_p20261113 (LIKE almanac.database_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
-312357657855191033	2026-11-22	ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261111 FOR VALUES FROM (?) TO (?)
-299146578663510619	2026-11-22	SELECT s FROM pg_catalog.unnest($1) AS s WHERE NOT EXISTS (SELECT FROM almanac.table_keys AS k WHERE k.series_id OPERATOR(pg_catalog.=) s) LIMIT $2
149543221083219323	2026-11-22	ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261110 FOR VALUES FROM (?) TO (?)
333320990750053807	2026-11-22	CREATE TABLE almanac.database_raw_p20261114 (LIKE almanac.database_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
965628901770293066	2026-11-22	select * from almanac.sources
1232004370708570130	2026-11-22	ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261114 FOR VALUES FROM (?) TO (?)
1791653750104742173	2026-11-22	CREATE TABLE almanac.database_raw_p20261112 (LIKE almanac.database_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
1819812687595788567	2026-11-22	select stream, length(payload) from almanac.totals
2416763566747215401	2026-11-22	ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261113 FOR VALUES FROM (?) TO (?)
2762147816745988010	2026-11-22	ALTER TABLE almanac.database_raw ATTACH PARTITION almanac.database_raw_p20261113 FOR VALUES FROM (?) TO (?)
2878567108848060532	2026-11-22	CREATE TABLE almanac.system_raw_p20261111 (LIKE almanac.system_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
3121579711870918358	2026-11-22	CREATE TABLE almanac.statement_raw_p20261111 (LIKE almanac.statement_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
3387002998283781026	2026-11-22	CREATE TABLE almanac.table_raw_p20261113 (LIKE almanac.table_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
3693021239476417661	2026-11-22	SELECT s FROM pg_catalog.unnest($1) AS s WHERE NOT EXISTS (SELECT FROM almanac.statement_keys AS k WHERE k.series_id OPERATOR(pg_catalog.=) s) LIMIT $2
4303234131843551437	2026-11-22	ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261111 FOR VALUES FROM (?) TO (?)
4330712330940666066	2026-11-22	CREATE TABLE almanac.statement_raw_p20261110 (LIKE almanac.statement_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
4359398842400517830	2026-11-22	CREATE TABLE almanac.statement_raw_p20261113 (LIKE almanac.statement_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
4613119104961578494	2026-11-22	create table gone as select 1
4761789330211182194	2026-11-22	insert into almanac.database_samples (series_id, "time", duration, xact_commit, numbackends, size_bytes)\n select k.series_id, timestamptz $1 + m * interval $2, interval $3, m, m % $4, $5 + m from almanac.database_keys k, generate_series($6, $7) m where datname = $8
4824022284508773489	2026-11-22	ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261112 FOR VALUES FROM (?) TO (?)
4926874162985058411	2026-11-22	select series_id, queryid, query from almanac.statements order by calls desc limit $1
5183782189575379819	2026-11-22	CREATE TABLE almanac.statement_raw_p20261112 (LIKE almanac.statement_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
5251122450920424226	2026-11-22	ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261113 FOR VALUES FROM (?) TO (?)
5659905801959219448	2026-11-22	ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261113 FOR VALUES FROM (?) TO (?)
5681245721657159952	2026-11-22	UPDATE almanac.totals SET payload = $2 WHERE stream OPERATOR(pg_catalog.=) $1
5992478043605512308	2026-11-22	CREATE TABLE almanac.database_raw_p20261111 (LIKE almanac.database_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
6176816730201224645	2026-11-22	CREATE TABLE almanac.table_raw_p20261112 (LIKE almanac.table_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
6605250586818742466	2026-11-22	SELECT payload FROM almanac.totals WHERE stream OPERATOR(pg_catalog.=) $1 FOR UPDATE
6760881481869547797	2026-11-22	CREATE TABLE almanac.system_raw_p20261114 (LIKE almanac.system_raw INCLUDING STORAGE) USING heap WITH (toast_tuple_target = 8160)
6848179486322703605	2026-11-22	ALTER TABLE almanac.system_raw ATTACH PARTITION almanac.system_raw_p20261110 FOR VALUES FROM (?) TO (?)
7145040009600340078	2026-11-22	ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261111 FOR VALUES FROM (?) TO (?)
7768301166235501373	2026-11-22	insert into almanac.servers (server_id, name) values ($1, $2)
8204955131676426460	2026-11-22	ALTER TABLE almanac.statement_raw ATTACH PARTITION almanac.statement_raw_p20261112 FOR VALUES FROM (?) TO (?)
8488023556800568883	2026-11-22	ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261110 FOR VALUES FROM (?) TO (?)
8491236348600854235	2026-11-22	insert into almanac.statement_samples (series_id, "time", duration, calls, rows, total_exec_ms, stddev_exec_ms, min_exec_ms, max_exec_ms, shared_blks_hit, wal_bytes)\n select $1 + i, timestamptz $2 + h * interval $3, interval $4, i % $5 + h + $6, i + h, (i * $7 + h * $8) % $9 + $10, case when i % $11 > $12 then (i % $13) / $14 end, $15, $16 + h, i * h, $17 * i\n from generate_series($18, $19) i, generate_series($20, $21) h where (i + h) % $22 = $23
8610603882943110437	2026-11-22	ALTER TABLE almanac.table_raw ATTACH PARTITION almanac.table_raw_p20261114 FOR VALUES FROM (?) TO (?)
8847700504375168982	2026-11-22	select c.relname, pg_relation_size(c.oid) from pg_class c where relname ~ $1
1952386568523216144	2026-11-22	drop table gone
-7492294125532308831	2026-11-22	select stream,source, snapshot_id,length(payload) from almanac.reference order by 1
-3468777495613046880	2026-11-22	select stream, count(*), sum(samples), min(snapshot_id), max(snapshot_id), sum(length(payload)) from almanac.journal group by 1 order by 1
-730925979027638725	2026-11-22	select calls from almanac.statements where query ~ $1
4699274768603148892	2026-11-22	select sum(calls) from pg_stat_statements where query ~ $1
6575702723980699848	2026-11-22	select snapshot_id from almanac.recorder
\.
COPY almanac.recorder FROM stdin;
0	13	2026-11-22 07:28:31.208414+00	2026-11-22 07:26:48.062815+00	2026-11-22 07:25:54.132933+00
\.
COPY almanac.reference FROM stdin;
0	1	0	9	2026-11-22 07:26:47.810142+00	\\x01172c7f3d5d5d012e0002bce19fb3e5f581030113050100015c01118325048102100106411004411004814c5114451d8002034992244d922681020008034992244913133600093615fe251c860910c0000508032b0101010103f40332a006051464f505070101c801c801ac020c0a01c203050c060a920c90030503ab0164ef048b5e49b9cd0e0ffc62179fd601a1023f0f2c211413bf7fe19602181f830aa405fb15f309f48e0cbb01d52484028202c6239f10abd211d090041ded09e902dd029901d505e62eb405cb04c1018e06f8088a039c05a203b85821b301ea03dd03d003f004f40530a50327a205a70562b603d005d40391059403db030d2180039b039144dc02e003bb41f102c404268a6ca403cb0386040ee507b903c603cb039103cd039e06b9058206937300100100fe000000210008000404b8b0c29aaf83c283ed7e67494e61582ae0882fe10b4613be000000000000001f78fabd94494df4ce82bd74aa18bedb1e84c3170705ff925c334d3e8670eae396a935cd44bcfeb736b6bbc5b3c0f12e08a363aa9891e91a7db2307f3872a30ee61aa5d4ea5503a30164ef048b5e49cbde030ffc6217a001a1023f0f2c211413bf7fe19602181f830aa405fb15f309f48e0c0067050697012ac4b201d090041ded09e902dd029901d505e62eb405cb04c1018e06f8088a039c05a203b85821b301ea03dd03d003f004f40506a50327a205a7050db603d005d40391059403db030d2180039b039144dc02e00347f102c404268a6ca403cb0386040ee507b903c603cb039103cd0309b905820603a80164ef048b5e49eeee0a0ffc6217ffd401a1023f0f2c211413bf7fe19602181f830aa405fb15f309f48e0c0dea033416e702a80194c603d090041ded09e902dd029901d505e62eb405cb04c1018e06f8088a039c05a203b85821b301ea03dd03d003f004f40514a50327a205a7052bb603d005d40391059403db030d2180039b039144dc02e003f440f102c404268a6ca403cb0386040ee507b903c603cb039103cd03e302b905820621838a01041000009a01400010008de60500990a0300a132e0000900000008000200010003000cfc12a6033000562406e92217260100741f0314800ae007000b002000351412950440e422f621c8043eb88c7c104421090103c8b8a790a0c3070ff2099046d043c3880aff2874cf4501082012420441841297043d25400109040b361d703822cab00f5c1e99f810131a005401120500080000000000040496028001010103d005040202932b005e37d305440800400a00a20c040a061010406d41f0214000010830000a070c1080e984020f40000001111320005000d204440800400a00a20ccd01060a0603010d01010501010101020101013908091357005601f26ddcfbfddbcf77f71e5b03eb8401ca05c319d305ea0711a00176d00981130541f50726303e65683f638507032d64642c032c2f636601052c056365652c332e32356464672c633f0163643b64672c432c1d690e9329005601e201d8e379d2cf37f70a040a050c404f0a767410800002981e40000104104000800281020080139701005601f26ddcfbfddbcf77f71ea3ae01d014c099b101b3d811c6ee3adfb60e98fa039a0dde8401a96192c78b02fdfb0a8e02e63596b704de1e872ca239ac58aa5bda39ac578eb704a802b829fa57cd57f028c101f028d02bac57de58b6018e02f6289c039c57ae5eab58f228c34a9e2aaa2e9031de57e457f95af428ac57ea3950ac57b45dcc36de578a66f428dd43f428c86ab27be805003928
0	2	0	9	2026-11-22 07:26:47.80397+00	\\x01e51206050b0b012d000284819fb3e5f581030113040001004b11831a0411004001c00000050002001400240010008000600080008001930800b500048080800583180410008000400080002000800080004000400040002000409308009f070480808001830b040688a007872004422000130800950060a9010e01930d00fd00040954f461c460c0b800130700150052f20118830804040e04323000001304000400040113040004000400830804040e056230000013040004000483070403c18141000083050402318c0008231d98b5edc9dcf581038606c4d3038feb02d00398036a860292199c08880600231aa2fbe7c9dcf58103a20cb8d004709001ce017a7cda0d9c04b60c008305040265551501020201830804040b0957600000130900b50069c70222060d83080404282845231202930e00fd00040a99a065230a122c4e008b05009f0704008b05009f0704008b06009f070480028b07009f0704010400830804040d023210000083040401b50083040401b50083070482980b300000020218
0	2	17115	9	2026-11-22 07:26:47.794338+00	\\x0166838a353c3c012d0002c4ea9db3e5f581030113070100013a015619118397010415006002002c00001600d0010004008000001800006000a0120074008001002001000400000300e800000a14006001001200800300240040010002002001000800800b0008006000009a00400100060040010018130080040009005800800200120090000005000c00600000030018008002000400e0010001002411004000c0000001000200080004000800d000c0008001000300019368008feb5fd97fa8820f0414006001000c00c003002600c00800c8004002000e000001002400c000000e00a0000016002001000a1300c00000120080018001000a0060000009001400e00000050028004001000a0070000009001411002000000380020005000a000493850101003705041300e00000040020004002000200100000010068004005000b0010008002000400400080050010120080000002002200480080008000000400180080008001000400e0008000800100080030120040020002000800200080000002000800100040000001000400100020008005000200200f0040002000100008000600018000933a007f0dd04fc87f90070414002000000200400100020020000002002000000e00200000020020000002002000008c0020000002808080010e002093130083220b000000240004066ab538879009470013150083220b00000000009e8201904e35fd06070219071b2d01003705008d7bcd5c011c1a283bdf0186048b0185030a01b101747987013d0e170303a005181e0603030807071b2601003705008d6b4d50010002050acc01c208fb01da0202c8019f05ca108f02790e93010e31081316008f2a000001000208a006f40306063b0b0205160101130c010001080127010af5050201930d0089020000010000000403d533130c010001080127010aa3050201001316008f2a0000010002089b06f40306063b0b0205160101130b010001080127010a5e02011314008d2a0000010002088d0406063b0d02051602011316008f2a000001000208a006f40306063b0b0205160101202b0e0100023ae0b5d389e5f58103ae061113060100023a0101930e00830000000000020804045a11019327008f6b4f5001000200040c904a2314e00d122309dba100daf01d339301e170040e3009068e9f001b0d010037050100022f01050704019b3501003705008f7bcd5c011c1a040c04b9258c401e06651258930102000df9d00825510815e0020a031c906a09a1304080011238e0008b0b007f0dd04fc87f900706008b0b007f0dd04fc87f900706008b0b007f0dd04fc87f900706008b0b007f0dd04fc87f900706005346008feb5fd97fa8800fa609e807a806c609dc2fda32b406de01c402be0ca402e2020ee20ef00a08a8029c02a250ca03088002ce1c3ace083a020a02aa03d60c0c940b18142e019329008feb5fd97fa8800704078681e611043b06048760103814020682c30a81e004431004c1e0040418119328008ceb5fd97fa8800704079a4710ec18101c8241e05008081c06ac10084e300441100c4e80040103832f0486980bf13c0200000080060000000080980b85980b1e00000000000000000088980b0000000000000000000000a9020218
0	5	0	9	2026-11-22 07:26:47.816345+00	\\x01cfb4d0f1010101270002b2c2a0b3e5f581030102021102c4d70702b41f02aab5f70f0102ee0d110206010290f905020402ca070902f6030102b22d0908020202021102c8010296ad9cb3e5f5810319000110
0	7	0	9	2026-11-22 07:26:47.816738+00	\\x013e594bfd000001090002c4c8a0b3e5f581031940
0	2	5	9	2026-11-22 07:26:47.803264+00	\\x012e0a14926363012d000280f69eb3e5f5810301130801000149011801461183ca0104150080060098000002002000000600002d000805002800c000005400800200f000003a00800200580000091400800300240040010002002001000800800d001000600000b60040010006004001001800600800121200600100050012004800c0010003000c00180060000007000400f000800080040004001811004000800000020001000200340030006000c00040020004000600060010001000a0120020018001001e00680080028002000a0018006000000300080020008000000200080020808080048080800493b00100e7ffd7f67fbae0bf7ffeffff070415008004006000800000300800da0040060008000008002000002c000009006000000e00400100580000091300a0000006009800400000740060008002001800000400050038004001000a005000800400041200200080040024000800a00080000018002800a0008002000c00280020008000000200081100c00040000004000700180004000800100020004000800000010002000400080010808080010e002083be01041300a000000d001000400000040010038016003c008000000c002000000100160040000002001013002002000900200040000004003000000200180040000020002000c00000080060008011001011008000000100020004000800100020002000400000018000000b0004001000100020100040004000600020002000000000000000000040004000800040004000200040110040008000800300060010001000200020004000000100010002000400080010002080808002808080029365005f03f413f21fe4ef81ffffff07041400600100020020000002002000000e0020000002002000000200200000aa002000000200200000028080800110002000200020002000e0002000200020002000200020002000200020002000208080800180808001932e00e4ce2210d00009feffffffff0705078190e09f119c0c404380f008043c4786e0107004048240e3a1280c048004132d00e4c80210500000ae7d00000000089f0150d8f601991e0646150e2d01e8010a0a82010620cd0e8a0ccb0a0e019b5e010035042a00e7fff75770ffe6ff27000000040dc7a4ae3000f18e4840e648b80c074187b88504602402405fc8070c0c9002fb5010484000c0358154307ef7a0000aa0012e8316072f1143471a64189304468c10711109320304d820e0001b52010035042a00e77fd756709ae06b060000008903ad050c86aa018b0a8920c0039e01a201bc09d908058e80018d05b3030c29ad0130c204870245b624eb010606af01032224860109091898011c06b1021901135b00e77fd356709200be7ffeffff0732fe01108f195ec8022238328e010802020202042208aa0804029411040202ba0110104d0a02010a065c018803aa01990205010706080102010101010101010101010101010101010305010101932000e3100010108200bc04000000000408e902db8af70c02424e10090108440b5c132d00e77bd356709200020000000000106c08e70a3375111c2e040101010102140495040201d40702010161080843131f00e3100010108200bc04000000002e02a001177f0c023e3b10040108440b4e00135c00e77fd356709200be7ffeffff0722f5050896262bed04118b013282020401010101020e04a62c0201e717030101ae0208080a0a02010a065c018803aa01990205010706080102010101010101010101010101010101010305010101133100e77bd316709000be0400000000ea016d085aa60110111c2e0801010101021404950402030c01010818430501080a0b3c934900e77cd354609000be7ffeffff07040a2b998041931bc9218309180c30c000031860030309060a901b3000030a051306245010814b00d2053a97700c0a228410420803499224599300935500e77fd356709000be7ffeffff07040932fc41d8ee8589081c321c211020408000020b2240800a09200072104000028000049aa000010440010906b80440ac2a638100070c20082020408000034992244992350103102b1a010501010116010a0139a4e4e39ce5f5810380b804dea705f66a002b3600a20b0042100200221c00000000decee19ce5f58103f4c506e2e401fc03ca36ec3dbecc01ece9019e04be06de05a406bc03c204b00801830b0601a0000040000200000001931300a20b0042100200221c000000000481028602933a00e7ffd756709a00be7ffeffff0704082118018c6d190108010b120507020b090681b104ba51804910244110140414115171b61111118002013f135800e7ffd756709a00be7f2e00c0009309d80924835eca12a03ab402ea02789f0be5060ae7273fb2048c020b30fd01328f0e8e025bce22bd03090aff0402394be001391341eb0149ba010bbb07da01dc0220020605070102048b39010035042a0406452300405c3e0443100b410c06cd4100c24018c1410004300203004052612c4603d200895224dd04480440222222222280041b7b010035042a00e77ff75770ffe7ffe7ffff7fb015821e2092df01b519aa61f5028a06eb03890b95060df9048d069e040c31f603cd026b03d927a21072df649902161833810ecf055b360d73380406325c25131a77102cbb010da00a8b04ef062d091a070a01030101010101010101010101010101010104060101011b1c005f03f413f21fe4ef81ffffff070021080000100000000009051e041b1d005f03f413f21fe4ef81ffffff07002108000010000000003511da02129b1b005f03f413f21fe4ef81ffffff07002108000010000000000402aa1b1d005f03f413f21fe4ef81ffffff07002108000010000000002f10f30115935d00e3fb57f61f2ae0fdffffffff07040d94e159ecc456162222c022e0061f4312c48203103b700501a0040d8ec0c4960302000806560738111d2000148001e012568601501689010d1660000000c0020000000008112920000080018001933000e3fb57f61f2ae0231c00000000040793c91f5c09100c0ec12070280404068e2d0402170c4110148513200411311184932900e3f257f60f2ae0010000000000040713c71f5c11380483c0a1101038540522081e4608a1b8804208835a0686980b00000040099400000000000000000000000000000000500200000000000040090000000000000000000080699aa6699a88e40b000000000000000000007e7e807f7f808080808181818181828282828264656667686b020218
0	3	0	9	2026-11-22 07:26:47.80397+00	\\x01a093bee81313010a000284819fb3e5f5810301130600010000840111231c80800200ff7f8080010000000000ff7f00808001ff7f000000000000131100ef0b002dcd01980218292b0303c60302130a006b000028ca0118282a130a006b000028ca0118282a8308058202df7c450000131100ef0b00509802b60428495009098b0704008306058102fb0900830b04041120d23d0310000000
0	3	5	9	2026-11-22 07:26:47.803264+00	\\x01ecaa01b19c019c01010a000280f69eb3e5f5810301130901000182010118017d1123fc0180800c808015ffff1b808003808015ffff08ffff0f808003ffff02ffff010000808002ffff01000000000000808003808001ffff03000000000080800400ff7f00ff7fffff0100ff7f00808001808003ffff0300000080800100000000ff7f0080801fffff1d00ff7f000080800100000000808011ffff02ffff0d00808002ffff010000000000000000000000ff7f00808001ff7f000000808003ffff02808005ff7fffff020000ff7f00808001ff7f000000000000008080010000000000ff7f808001000000808003ffff0200000000808002ffff01000000ff7f000000808001000000000000000000000000000000000000000000000000000013870100ff5efffb67da1d63003fe96f94fb971e04000000e005a803e5079003a70abb31d71fc906df0144389f01c001c20145bc02fe05c201ac010405f602d0010181027804f50104060629c709fb014abb01381004c00b088b103321c6069d09870170060406040c1aae06e802022d22010b3a2403190c1309186208225c08b1020101010219010107137600ff56fffb67d81c63003fa143805b030e00000000ee05cd06e70565bd0a8ca201d81ff303a603224b88011b8701be03fe05ba01a2070203c17ece010181028a0302b10302060629ac032899013a08c204048302271fc8109e14a5016e040304030cca0101022224860109091898011c07b102021701137300ff56fff367d81c63003fa143805b030e0000000082058905ea0443a70adf9f01811d88039e03224a541b8701be03fe05ba019f070203c07ece0181028a0302b1030206062989032885012808c204048302261fa8108e14830168040204020caf01010222248601090918541c03b102021701834404052c17d4293944084184100392544b52d48e0393003509244905011c2100004200002604020000aa0a034a0266938428025585aaa60352254994240002a8aaaaaa800493b30100fffffff367fa1d63003fe9eb95ffff1ffeffff0f040f97078fc276e2a48042525b8e8e8214c68285801a000e0013c001e80370000a6ff1415ded9edd65c00180e5a3203e0b4cb880010d062006c02afbc006c2810230021b6000644f06608192400aa0be0d8bfa12080206a0001ac00200013320e03c0b0190056c400398030a3808208001327051820305687007042cecd200b30a54baf28a2b1c7564d30222105040021104708002025755555503a193000083400405eb17b4252944084184100389544b9264b7820217044001850200fc100000218410e20b82025d550500034912c68d94248102801082025455030080028002937f00fffffcff27181cffff03a00d0010fe0100000000040dadac953d8b67b1137762880811212202448045b00816c12258040adc70f3f1c79248124b2c071c107becb1e38a2b010d0480123802476062cb4139200004001000024030b0065607e8000a2776d04100011450c00003b8b4f2ca0618a00008092020418204102040
0	3	17115	9	2026-11-22 07:26:47.794338+00	\\x018b90f2436a6a010a0002c4ea9db3e5f581030113060100016997011123be01808005ffff02808002808007808014ffff1a80800180800affff03ffff06808001ffff02ff7f0080800100000000ff7f0080800100808003808001ffff03000000000080800400ff7f00ff7fffff0100ff7f00808001808002ffff0200000080800100ff7f0000000080801bffff1900ff7f000080800100000000808008ffff01ffff0500808002ffff0100000000000000ff7f00000000000000000000808001ff7f808005ff7fffff0380800100ff7f00808001ff7f00000000000000133b00fbc7ea990513a81803004003a20014146e1dd2010d038304d00235020206011d94013a3a30495d2a3d0e3b170303a00515030717060303080707133300f907e29905038018030000000200096e8d01cc010303bf08c50215043494013ae5048110495db201790e0a93010b03072a08133300f907e29905038018030000000200056e8d01c9010303bf08c50215023494013ae5048110495db201790e0a93010b03072a08930a0100035e010804031503934700ffcfef990513a81803004003a200040b776ddc96c82184dda4c00f880c96221a5080020c20010803022ca47d7c3954c26385158c2e03070aa97e60400f64304080011238e00000833704054490f549798b14118210039212a99624c9036e292562924805218410b8102104218410048a22242222221211034992248a1b298002936e00ffcfe7ff3fc3e0f8ff1f006d0000040c533225f4d1caad3c2663e2beeeab199aa1196ff0066ff0060a6f8822cac71f4b22492cb11c7040ecb1c78e2bae0d0480005002cae0081c41042d07e58000100040000800c1c939390a1d747062071d0410400105041040352baf6c8001
0	4	0	9	2026-11-22 07:26:47.808238+00	\\x01eee5e81b0505011e0002dcc39fb3e5f58103018303000101118b10001e0418679daf67dd76032273673d7b1303000202030700f501ad07007f1304001209010307568709da0a001f030be613d6820886e00500f17b030cf404a98906bccb0500a78302030bdc02d6b703b6df0100952b03091ab7489b890100850b030804b709e70500f805030600ed1b230012190009130800128eef67d1ce1413080012d2b451d183030113040012140a11088b06001e0480980b8b05001e04010f
\.
COPY almanac.roles FROM stdin;
0	10	postgres
\.
COPY almanac.snapshot_keys FROM stdin;
1	0	database	0	2026-11-22 07:25:54.305605+00
2	0	statement	0	2026-11-22 07:25:54.305605+00
3	0	system	0	2026-11-22 07:25:54.305605+00
4	0	replication	0	2026-11-22 07:25:54.305605+00
5	0	table	5	2026-11-22 07:25:54.305605+00
6	0	table	0	2026-11-22 07:25:54.305605+00
7	0	table	17115	2026-11-22 07:25:55.685902+00
\.
COPY almanac.snapshot_raw_p20261122 FROM stdin;
2026-11-22 07:25:54.305606+00	2026-11-22 07:26:01.780457+00	0	48	254	\\x018c0d0c7e3007070e00031ac69c8ec0f2fac001d59f54cf9349e6b349ffc8499a904e80dd494b0f007eb5b102f71afb1a8d1ebd23fd208303000101830400810a3f83050500010004930b0081402010080004808010a30a02000000000002068002835c040e0d23c3a149e811cc226c014b401c09020c290ff405c7d145c0d6cb030f05816a4067a027e00d70290c019400478033001ae00860101e2abc14500b0f718645c332c1a6e211a807b0030c036d017f0054fd96ad981be64ef753fb8350040ccabf709aa447c2f65aafe47007c24df2d017007211d62e0f0d05a11a6c869ed00d5c0a11500247e00ca08123b0a97fca4a292d0d6dc6d01c9321d511ea813a280c6da11fa8dc0fb6bf14dbf5db633313082025019a03dd028e02010001050221010507731d080702019a03dd028e0200c10000cf1000010a0479ab011b112303e7019312008343001008040408040114050701cd1ea5098338000844998c8a8a8b8c08009a8f9a97919a856280b2f7d803000cb8058cff8333d2922dd202095bc16edc983163460b44fe9ad6ba2637b401734e9228a6b1018fc601c50caabf0ca1c50a8ea90800f77f07fffe01c91db704030202b5c001a607fb19050b12af0e0f060506bf05cf970c81138d03cb010e0db7f001a901030403fd900ad2010e2a13018b1501080622001488f4a09f3394bca4d96bed5f18fba28b6a007ebfdfeff7fb0692a4b99101e49bfe6dd0c542e10d285955f830da675606372c045851c254390b7a165af2c057c09915544c85b15087dd290f5005b85c41bfd4000bd3cc1e6e60c602b20d1c593dfb90166ce0065f2c04dd9092d5930f0000501741bb82be4eaf3f00
\.
COPY almanac.sources FROM stdin;
0	3	17115	13	2026-11-22 07:28:31.200366+00	{7710888889062757708,1,848647608062815,-9223372036854775808,164,1,20319,48144,7051,2822,0,13}
0	2	0	13	2026-11-22 07:28:31.210672+00	{7710888889062757708,1,848647608062815,-9223372036854775808,0,0,3017,930,423,30,0,0}
0	3	0	13	2026-11-22 07:28:31.210672+00	{7710888889062757708,1,848647608062815,-9223372036854775808,0,0,3017,930,423,30,0,0}
0	4	0	13	2026-11-22 07:28:31.210754+00	{7710888889062757708,1,848647608062815}
0	1	0	13	2026-11-22 07:28:31.212027+00	{7710888889062757708,1,848647608062815,848646423652081,0}
0	5	0	13	2026-11-22 07:28:31.232569+00	{7710888889062757708,1,848647608062815}
0	7	0	13	2026-11-22 07:28:31.232857+00	{7710888889062757708,1,848647608062815}
0	2	5	13	2026-11-22 07:28:31.210171+00	{7710888889062757708,1,848647608062815,-9223372036854775808,298,13,145467,121671,63201,14219,0,26}
0	3	5	13	2026-11-22 07:28:31.210171+00	{7710888889062757708,1,848647608062815,-9223372036854775808,298,13,145467,121671,63201,14219,0,26}
0	2	17115	13	2026-11-22 07:28:31.200366+00	{7710888889062757708,1,848647608062815,-9223372036854775808,164,1,20319,48144,7051,2822,0,13}
\.
COPY almanac.statement_keys FROM stdin;
1	0	5	10	7947785483916684744	t	4737250617082410248	2026-11-22 07:25:54.305605+00
2	0	5	10	7646424174805973539	t	-3190139613083177581	2026-11-22 07:25:54.305605+00
3	0	5	10	-9066031482727007023	t	4130891879441009695	2026-11-22 07:25:54.305605+00
4	0	5	10	1858536155087721808	t	8828287431853683699	2026-11-22 07:25:54.305605+00
5	0	5	10	875691535917159073	t	7640383873854894443	2026-11-22 07:25:54.305605+00
6	0	5	10	-3105913706850271989	t	-800962931810572515	2026-11-22 07:25:54.305605+00
7	0	5	10	-5169817456611316777	t	7594357652709143777	2026-11-22 07:25:54.305605+00
8	0	5	10	1920302389892456665	t	-207934118980283490	2026-11-22 07:25:54.305605+00
9	0	5	10	9173182710346162755	t	-2958850187099151154	2026-11-22 07:25:54.305605+00
10	0	5	10	7616863763734947146	t	9030955166838906519	2026-11-22 07:25:54.305605+00
11	0	5	10	76404973080056669	t	-3092640974983544764	2026-11-22 07:25:54.305605+00
12	0	5	10	8633180330967801684	t	-1311852355775955697	2026-11-22 07:25:54.305605+00
13	0	5	10	6044397848450542375	t	7128494963642040608	2026-11-22 07:25:54.305605+00
14	0	5	10	2387593379484734788	t	-5955342360133229565	2026-11-22 07:25:54.305605+00
15	0	5	10	8408925121883035209	t	8043751742956049277	2026-11-22 07:25:54.305605+00
16	0	5	10	1313594744683056366	t	-8453968588357769748	2026-11-22 07:25:54.305605+00
17	0	5	10	-2781965281156771629	t	-2335283942863288908	2026-11-22 07:25:54.305605+00
18	0	5	10	-1739183385080879393	t	7940241405707009001	2026-11-22 07:25:54.305605+00
19	0	5	10	-4587289463440451438	t	-7945795955553784840	2026-11-22 07:25:54.305605+00
20	0	5	10	2674340044269982762	t	-1407447593011744864	2026-11-22 07:25:54.305605+00
21	0	17115	10	1701974892197809836	t	-6276639926616288595	2026-11-22 07:25:55.685902+00
22	0	17115	10	-4213555113583553536	t	-7139867679667432733	2026-11-22 07:25:55.685902+00
23	0	17115	10	-894405051881158043	t	7222566845762626885	2026-11-22 07:25:55.685902+00
24	0	17115	10	-4575317665524018759	t	-5184754978337964432	2026-11-22 07:25:55.685902+00
25	0	5	10	-443234074765910261	t	7258913722039271109	2026-11-22 07:25:55.685902+00
26	0	5	10	3013846992500519082	t	1494132553909888166	2026-11-22 07:25:56.884445+00
27	0	17115	10	-6969581305018660296	t	6086414117116623067	2026-11-22 07:25:56.884445+00
28	0	17115	10	8261875962633117656	t	839797299037291366	2026-11-22 07:25:56.884445+00
29	0	17115	10	3398792555857258712	t	4237944122565232115	2026-11-22 07:25:56.884445+00
30	0	17115	10	-6003658452252072782	t	5847832560403264871	2026-11-22 07:25:56.884445+00
31	0	17115	10	859927579035409516	t	7649589952521696883	2026-11-22 07:25:56.884445+00
32	0	5	10	-2447065852686848759	t	-6164831182401395361	2026-11-22 07:25:56.884445+00
1001	1	5	10	7001	t	\N	2026-11-10 00:00:00+00
1002	1	5	10	7002	t	\N	2026-11-10 00:00:00+00
1003	1	5	10	7003	t	\N	2026-11-10 00:00:00+00
1004	1	5	10	7004	t	\N	2026-11-10 00:00:00+00
1005	1	5	10	7005	t	\N	2026-11-10 00:00:00+00
1006	1	5	10	7006	t	\N	2026-11-10 00:00:00+00
1007	1	5	10	7007	t	\N	2026-11-10 00:00:00+00
1008	1	5	10	7008	t	\N	2026-11-10 00:00:00+00
1009	1	5	10	7009	t	\N	2026-11-10 00:00:00+00
1010	1	5	10	7010	t	\N	2026-11-10 00:00:00+00
1011	1	5	10	7011	t	\N	2026-11-10 00:00:00+00
1012	1	5	10	7012	t	\N	2026-11-10 00:00:00+00
1013	1	5	10	7013	t	\N	2026-11-10 00:00:00+00
1014	1	5	10	7014	t	\N	2026-11-10 00:00:00+00
1015	1	5	10	7015	t	\N	2026-11-10 00:00:00+00
1016	1	5	10	7016	t	\N	2026-11-10 00:00:00+00
1017	1	5	10	7017	t	\N	2026-11-10 00:00:00+00
1018	1	5	10	7018	t	\N	2026-11-10 00:00:00+00
1019	1	5	10	7019	t	\N	2026-11-10 00:00:00+00
1020	1	5	10	7020	t	\N	2026-11-10 00:00:00+00
1021	1	5	10	7021	t	\N	2026-11-10 00:00:00+00
1022	1	5	10	7022	t	\N	2026-11-10 00:00:00+00
1023	1	5	10	7023	t	\N	2026-11-10 00:00:00+00
1024	1	5	10	7024	t	\N	2026-11-10 00:00:00+00
1025	1	5	10	7025	t	\N	2026-11-10 00:00:00+00
1026	1	5	10	7026	t	\N	2026-11-10 00:00:00+00
1027	1	5	10	7027	t	\N	2026-11-10 00:00:00+00
1028	1	5	10	7028	t	\N	2026-11-10 00:00:00+00
1029	1	5	10	7029	t	\N	2026-11-10 00:00:00+00
1030	1	5	10	7030	t	\N	2026-11-10 00:00:00+00
1031	1	5	10	7031	t	\N	2026-11-10 00:00:00+00
1032	1	5	10	7032	t	\N	2026-11-10 00:00:00+00
1033	1	5	10	7033	t	\N	2026-11-10 00:00:00+00
1034	1	5	10	7034	t	\N	2026-11-10 00:00:00+00
1035	1	5	10	7035	t	\N	2026-11-10 00:00:00+00
1036	1	5	10	7036	t	\N	2026-11-10 00:00:00+00
1037	1	5	10	7037	t	\N	2026-11-10 00:00:00+00
1038	1	5	10	7038	t	\N	2026-11-10 00:00:00+00
1039	1	5	10	7039	t	\N	2026-11-10 00:00:00+00
1040	1	5	10	7040	t	\N	2026-11-10 00:00:00+00
1041	1	5	10	7041	t	\N	2026-11-10 00:00:00+00
1042	1	5	10	7042	t	\N	2026-11-10 00:00:00+00
1043	1	5	10	7043	t	\N	2026-11-10 00:00:00+00
1044	1	5	10	7044	t	\N	2026-11-10 00:00:00+00
1045	1	5	10	7045	t	\N	2026-11-10 00:00:00+00
1046	1	5	10	7046	t	\N	2026-11-10 00:00:00+00
1047	1	5	10	7047	t	\N	2026-11-10 00:00:00+00
1048	1	5	10	7048	t	\N	2026-11-10 00:00:00+00
1049	1	5	10	7049	t	\N	2026-11-10 00:00:00+00
1050	1	5	10	7050	t	\N	2026-11-10 00:00:00+00
1051	1	5	10	7051	t	\N	2026-11-10 00:00:00+00
1052	1	5	10	7052	t	\N	2026-11-10 00:00:00+00
1053	1	5	10	7053	t	\N	2026-11-10 00:00:00+00
1054	1	5	10	7054	t	\N	2026-11-10 00:00:00+00
1055	1	5	10	7055	t	\N	2026-11-10 00:00:00+00
1056	1	5	10	7056	t	\N	2026-11-10 00:00:00+00
1057	1	5	10	7057	t	\N	2026-11-10 00:00:00+00
1058	1	5	10	7058	t	\N	2026-11-10 00:00:00+00
1059	1	5	10	7059	t	\N	2026-11-10 00:00:00+00
1060	1	5	10	7060	t	\N	2026-11-10 00:00:00+00
1061	1	5	10	7061	t	\N	2026-11-10 00:00:00+00
1062	1	5	10	7062	t	\N	2026-11-10 00:00:00+00
1063	1	5	10	7063	t	\N	2026-11-10 00:00:00+00
1064	1	5	10	7064	t	\N	2026-11-10 00:00:00+00
1065	1	5	10	7065	t	\N	2026-11-10 00:00:00+00
1066	1	5	10	7066	t	\N	2026-11-10 00:00:00+00
1067	1	5	10	7067	t	\N	2026-11-10 00:00:00+00
1068	1	5	10	7068	t	\N	2026-11-10 00:00:00+00
1069	1	5	10	7069	t	\N	2026-11-10 00:00:00+00
1070	1	5	10	7070	t	\N	2026-11-10 00:00:00+00
1071	1	5	10	7071	t	\N	2026-11-10 00:00:00+00
1072	1	5	10	7072	t	\N	2026-11-10 00:00:00+00
1073	1	5	10	7073	t	\N	2026-11-10 00:00:00+00
1074	1	5	10	7074	t	\N	2026-11-10 00:00:00+00
1075	1	5	10	7075	t	\N	2026-11-10 00:00:00+00
1076	1	5	10	7076	t	\N	2026-11-10 00:00:00+00
1077	1	5	10	7077	t	\N	2026-11-10 00:00:00+00
1078	1	5	10	7078	t	\N	2026-11-10 00:00:00+00
1079	1	5	10	7079	t	\N	2026-11-10 00:00:00+00
1080	1	5	10	7080	t	\N	2026-11-10 00:00:00+00
1081	1	5	10	7081	t	\N	2026-11-10 00:00:00+00
1082	1	5	10	7082	t	\N	2026-11-10 00:00:00+00
1083	1	5	10	7083	t	\N	2026-11-10 00:00:00+00
1084	1	5	10	7084	t	\N	2026-11-10 00:00:00+00
1085	1	5	10	7085	t	\N	2026-11-10 00:00:00+00
1086	1	5	10	7086	t	\N	2026-11-10 00:00:00+00
1087	1	5	10	7087	t	\N	2026-11-10 00:00:00+00
1088	1	5	10	7088	t	\N	2026-11-10 00:00:00+00
1089	1	5	10	7089	t	\N	2026-11-10 00:00:00+00
1090	1	5	10	7090	t	\N	2026-11-10 00:00:00+00
1091	1	5	10	7091	t	\N	2026-11-10 00:00:00+00
1092	1	5	10	7092	t	\N	2026-11-10 00:00:00+00
1093	1	5	10	7093	t	\N	2026-11-10 00:00:00+00
1094	1	5	10	7094	t	\N	2026-11-10 00:00:00+00
1095	1	5	10	7095	t	\N	2026-11-10 00:00:00+00
1096	1	5	10	7096	t	\N	2026-11-10 00:00:00+00
1097	1	5	10	7097	t	\N	2026-11-10 00:00:00+00
1098	1	5	10	7098	t	\N	2026-11-10 00:00:00+00
1099	1	5	10	7099	t	\N	2026-11-10 00:00:00+00
1100	1	5	10	7100	t	\N	2026-11-10 00:00:00+00
1101	1	5	10	7101	t	\N	2026-11-10 00:00:00+00
1102	1	5	10	7102	t	\N	2026-11-10 00:00:00+00
1103	1	5	10	7103	t	\N	2026-11-10 00:00:00+00
1104	1	5	10	7104	t	\N	2026-11-10 00:00:00+00
1105	1	5	10	7105	t	\N	2026-11-10 00:00:00+00
1106	1	5	10	7106	t	\N	2026-11-10 00:00:00+00
1107	1	5	10	7107	t	\N	2026-11-10 00:00:00+00
1108	1	5	10	7108	t	\N	2026-11-10 00:00:00+00
1109	1	5	10	7109	t	\N	2026-11-10 00:00:00+00
1110	1	5	10	7110	t	\N	2026-11-10 00:00:00+00
1111	1	5	10	7111	t	\N	2026-11-10 00:00:00+00
1112	1	5	10	7112	t	\N	2026-11-10 00:00:00+00
1113	1	5	10	7113	t	\N	2026-11-10 00:00:00+00
1114	1	5	10	7114	t	\N	2026-11-10 00:00:00+00
1115	1	5	10	7115	t	\N	2026-11-10 00:00:00+00
1116	1	5	10	7116	t	\N	2026-11-10 00:00:00+00
1117	1	5	10	7117	t	\N	2026-11-10 00:00:00+00
1118	1	5	10	7118	t	\N	2026-11-10 00:00:00+00
1119	1	5	10	7119	t	\N	2026-11-10 00:00:00+00
1120	1	5	10	7120	t	\N	2026-11-10 00:00:00+00
1121	1	5	10	7121	t	\N	2026-11-10 00:00:00+00
1122	1	5	10	7122	t	\N	2026-11-10 00:00:00+00
1123	1	5	10	7123	t	\N	2026-11-10 00:00:00+00
1124	1	5	10	7124	t	\N	2026-11-10 00:00:00+00
1125	1	5	10	7125	t	\N	2026-11-10 00:00:00+00
1126	1	5	10	7126	t	\N	2026-11-10 00:00:00+00
1127	1	5	10	7127	t	\N	2026-11-10 00:00:00+00
1128	1	5	10	7128	t	\N	2026-11-10 00:00:00+00
1129	1	5	10	7129	t	\N	2026-11-10 00:00:00+00
1130	1	5	10	7130	t	\N	2026-11-10 00:00:00+00
1131	1	5	10	7131	t	\N	2026-11-10 00:00:00+00
1132	1	5	10	7132	t	\N	2026-11-10 00:00:00+00
1133	1	5	10	7133	t	\N	2026-11-10 00:00:00+00
1134	1	5	10	7134	t	\N	2026-11-10 00:00:00+00
1135	1	5	10	7135	t	\N	2026-11-10 00:00:00+00
1136	1	5	10	7136	t	\N	2026-11-10 00:00:00+00
1137	1	5	10	7137	t	\N	2026-11-10 00:00:00+00
1138	1	5	10	7138	t	\N	2026-11-10 00:00:00+00
1139	1	5	10	7139	t	\N	2026-11-10 00:00:00+00
1140	1	5	10	7140	t	\N	2026-11-10 00:00:00+00
1141	1	5	10	7141	t	\N	2026-11-10 00:00:00+00
1142	1	5	10	7142	t	\N	2026-11-10 00:00:00+00
1143	1	5	10	7143	t	\N	2026-11-10 00:00:00+00
1144	1	5	10	7144	t	\N	2026-11-10 00:00:00+00
1145	1	5	10	7145	t	\N	2026-11-10 00:00:00+00
1146	1	5	10	7146	t	\N	2026-11-10 00:00:00+00
1147	1	5	10	7147	t	\N	2026-11-10 00:00:00+00
1148	1	5	10	7148	t	\N	2026-11-10 00:00:00+00
1149	1	5	10	7149	t	\N	2026-11-10 00:00:00+00
1150	1	5	10	7150	t	\N	2026-11-10 00:00:00+00
1151	1	5	10	7151	t	\N	2026-11-10 00:00:00+00
1152	1	5	10	7152	t	\N	2026-11-10 00:00:00+00
1153	1	5	10	7153	t	\N	2026-11-10 00:00:00+00
1154	1	5	10	7154	t	\N	2026-11-10 00:00:00+00
1155	1	5	10	7155	t	\N	2026-11-10 00:00:00+00
1156	1	5	10	7156	t	\N	2026-11-10 00:00:00+00
1157	1	5	10	7157	t	\N	2026-11-10 00:00:00+00
1158	1	5	10	7158	t	\N	2026-11-10 00:00:00+00
1159	1	5	10	7159	t	\N	2026-11-10 00:00:00+00
1160	1	5	10	7160	t	\N	2026-11-10 00:00:00+00
1161	1	5	10	7161	t	\N	2026-11-10 00:00:00+00
1162	1	5	10	7162	t	\N	2026-11-10 00:00:00+00
1163	1	5	10	7163	t	\N	2026-11-10 00:00:00+00
1164	1	5	10	7164	t	\N	2026-11-10 00:00:00+00
1165	1	5	10	7165	t	\N	2026-11-10 00:00:00+00
1166	1	5	10	7166	t	\N	2026-11-10 00:00:00+00
1167	1	5	10	7167	t	\N	2026-11-10 00:00:00+00
1168	1	5	10	7168	t	\N	2026-11-10 00:00:00+00
1169	1	5	10	7169	t	\N	2026-11-10 00:00:00+00
1170	1	5	10	7170	t	\N	2026-11-10 00:00:00+00
1171	1	5	10	7171	t	\N	2026-11-10 00:00:00+00
1172	1	5	10	7172	t	\N	2026-11-10 00:00:00+00
1173	1	5	10	7173	t	\N	2026-11-10 00:00:00+00
1174	1	5	10	7174	t	\N	2026-11-10 00:00:00+00
1175	1	5	10	7175	t	\N	2026-11-10 00:00:00+00
1176	1	5	10	7176	t	\N	2026-11-10 00:00:00+00
1177	1	5	10	7177	t	\N	2026-11-10 00:00:00+00
1178	1	5	10	7178	t	\N	2026-11-10 00:00:00+00
1179	1	5	10	7179	t	\N	2026-11-10 00:00:00+00
1180	1	5	10	7180	t	\N	2026-11-10 00:00:00+00
1181	1	5	10	7181	t	\N	2026-11-10 00:00:00+00
1182	1	5	10	7182	t	\N	2026-11-10 00:00:00+00
1183	1	5	10	7183	t	\N	2026-11-10 00:00:00+00
1184	1	5	10	7184	t	\N	2026-11-10 00:00:00+00
1185	1	5	10	7185	t	\N	2026-11-10 00:00:00+00
1186	1	5	10	7186	t	\N	2026-11-10 00:00:00+00
1187	1	5	10	7187	t	\N	2026-11-10 00:00:00+00
1188	1	5	10	7188	t	\N	2026-11-10 00:00:00+00
1189	1	5	10	7189	t	\N	2026-11-10 00:00:00+00
1190	1	5	10	7190	t	\N	2026-11-10 00:00:00+00
1191	1	5	10	7191	t	\N	2026-11-10 00:00:00+00
1192	1	5	10	7192	t	\N	2026-11-10 00:00:00+00
1193	1	5	10	7193	t	\N	2026-11-10 00:00:00+00
1194	1	5	10	7194	t	\N	2026-11-10 00:00:00+00
1195	1	5	10	7195	t	\N	2026-11-10 00:00:00+00
1196	1	5	10	7196	t	\N	2026-11-10 00:00:00+00
1197	1	5	10	7197	t	\N	2026-11-10 00:00:00+00
1198	1	5	10	7198	t	\N	2026-11-10 00:00:00+00
1199	1	5	10	7199	t	\N	2026-11-10 00:00:00+00
1200	1	5	10	7200	t	\N	2026-11-10 00:00:00+00
1201	1	5	10	7201	t	\N	2026-11-10 00:00:00+00
1202	1	5	10	7202	t	\N	2026-11-10 00:00:00+00
1203	1	5	10	7203	t	\N	2026-11-10 00:00:00+00
1204	1	5	10	7204	t	\N	2026-11-10 00:00:00+00
1205	1	5	10	7205	t	\N	2026-11-10 00:00:00+00
1206	1	5	10	7206	t	\N	2026-11-10 00:00:00+00
1207	1	5	10	7207	t	\N	2026-11-10 00:00:00+00
1208	1	5	10	7208	t	\N	2026-11-10 00:00:00+00
1209	1	5	10	7209	t	\N	2026-11-10 00:00:00+00
1210	1	5	10	7210	t	\N	2026-11-10 00:00:00+00
1211	1	5	10	7211	t	\N	2026-11-10 00:00:00+00
1212	1	5	10	7212	t	\N	2026-11-10 00:00:00+00
1213	1	5	10	7213	t	\N	2026-11-10 00:00:00+00
1214	1	5	10	7214	t	\N	2026-11-10 00:00:00+00
1215	1	5	10	7215	t	\N	2026-11-10 00:00:00+00
1216	1	5	10	7216	t	\N	2026-11-10 00:00:00+00
1217	1	5	10	7217	t	\N	2026-11-10 00:00:00+00
1218	1	5	10	7218	t	\N	2026-11-10 00:00:00+00
1219	1	5	10	7219	t	\N	2026-11-10 00:00:00+00
1220	1	5	10	7220	t	\N	2026-11-10 00:00:00+00
1221	1	5	10	7221	t	\N	2026-11-10 00:00:00+00
1222	1	5	10	7222	t	\N	2026-11-10 00:00:00+00
1223	1	5	10	7223	t	\N	2026-11-10 00:00:00+00
1224	1	5	10	7224	t	\N	2026-11-10 00:00:00+00
1225	1	5	10	7225	t	\N	2026-11-10 00:00:00+00
1226	1	5	10	7226	t	\N	2026-11-10 00:00:00+00
1227	1	5	10	7227	t	\N	2026-11-10 00:00:00+00
1228	1	5	10	7228	t	\N	2026-11-10 00:00:00+00
1229	1	5	10	7229	t	\N	2026-11-10 00:00:00+00
1230	1	5	10	7230	t	\N	2026-11-10 00:00:00+00
1231	1	5	10	7231	t	\N	2026-11-10 00:00:00+00
1232	1	5	10	7232	t	\N	2026-11-10 00:00:00+00
1233	1	5	10	7233	t	\N	2026-11-10 00:00:00+00
1234	1	5	10	7234	t	\N	2026-11-10 00:00:00+00
1235	1	5	10	7235	t	\N	2026-11-10 00:00:00+00
1236	1	5	10	7236	t	\N	2026-11-10 00:00:00+00
1237	1	5	10	7237	t	\N	2026-11-10 00:00:00+00
1238	1	5	10	7238	t	\N	2026-11-10 00:00:00+00
1239	1	5	10	7239	t	\N	2026-11-10 00:00:00+00
1240	1	5	10	7240	t	\N	2026-11-10 00:00:00+00
1241	1	5	10	7241	t	\N	2026-11-10 00:00:00+00
1242	1	5	10	7242	t	\N	2026-11-10 00:00:00+00
1243	1	5	10	7243	t	\N	2026-11-10 00:00:00+00
1244	1	5	10	7244	t	\N	2026-11-10 00:00:00+00
1245	1	5	10	7245	t	\N	2026-11-10 00:00:00+00
1246	1	5	10	7246	t	\N	2026-11-10 00:00:00+00
1247	1	5	10	7247	t	\N	2026-11-10 00:00:00+00
1248	1	5	10	7248	t	\N	2026-11-10 00:00:00+00
1249	1	5	10	7249	t	\N	2026-11-10 00:00:00+00
1250	1	5	10	7250	t	\N	2026-11-10 00:00:00+00
1251	1	5	10	7251	t	\N	2026-11-10 00:00:00+00
1252	1	5	10	7252	t	\N	2026-11-10 00:00:00+00
1253	1	5	10	7253	t	\N	2026-11-10 00:00:00+00
1254	1	5	10	7254	t	\N	2026-11-10 00:00:00+00
1255	1	5	10	7255	t	\N	2026-11-10 00:00:00+00
1256	1	5	10	7256	t	\N	2026-11-10 00:00:00+00
1257	1	5	10	7257	t	\N	2026-11-10 00:00:00+00
1258	1	5	10	7258	t	\N	2026-11-10 00:00:00+00
1259	1	5	10	7259	t	\N	2026-11-10 00:00:00+00
1260	1	5	10	7260	t	\N	2026-11-10 00:00:00+00
1261	1	5	10	7261	t	\N	2026-11-10 00:00:00+00
1262	1	5	10	7262	t	\N	2026-11-10 00:00:00+00
1263	1	5	10	7263	t	\N	2026-11-10 00:00:00+00
1264	1	5	10	7264	t	\N	2026-11-10 00:00:00+00
1265	1	5	10	7265	t	\N	2026-11-10 00:00:00+00
1266	1	5	10	7266	t	\N	2026-11-10 00:00:00+00
1267	1	5	10	7267	t	\N	2026-11-10 00:00:00+00
1268	1	5	10	7268	t	\N	2026-11-10 00:00:00+00
1269	1	5	10	7269	t	\N	2026-11-10 00:00:00+00
1270	1	5	10	7270	t	\N	2026-11-10 00:00:00+00
1271	1	5	10	7271	t	\N	2026-11-10 00:00:00+00
1272	1	5	10	7272	t	\N	2026-11-10 00:00:00+00
1273	1	5	10	7273	t	\N	2026-11-10 00:00:00+00
1274	1	5	10	7274	t	\N	2026-11-10 00:00:00+00
1275	1	5	10	7275	t	\N	2026-11-10 00:00:00+00
1276	1	5	10	7276	t	\N	2026-11-10 00:00:00+00
1277	1	5	10	7277	t	\N	2026-11-10 00:00:00+00
1278	1	5	10	7278	t	\N	2026-11-10 00:00:00+00
1279	1	5	10	7279	t	\N	2026-11-10 00:00:00+00
1280	1	5	10	7280	t	\N	2026-11-10 00:00:00+00
1281	1	5	10	7281	t	\N	2026-11-10 00:00:00+00
1282	1	5	10	7282	t	\N	2026-11-10 00:00:00+00
1283	1	5	10	7283	t	\N	2026-11-10 00:00:00+00
1284	1	5	10	7284	t	\N	2026-11-10 00:00:00+00
1285	1	5	10	7285	t	\N	2026-11-10 00:00:00+00
1286	1	5	10	7286	t	\N	2026-11-10 00:00:00+00
1287	1	5	10	7287	t	\N	2026-11-10 00:00:00+00
1288	1	5	10	7288	t	\N	2026-11-10 00:00:00+00
1289	1	5	10	7289	t	\N	2026-11-10 00:00:00+00
1290	1	5	10	7290	t	\N	2026-11-10 00:00:00+00
1291	1	5	10	7291	t	\N	2026-11-10 00:00:00+00
1292	1	5	10	7292	t	\N	2026-11-10 00:00:00+00
1293	1	5	10	7293	t	\N	2026-11-10 00:00:00+00
1294	1	5	10	7294	t	\N	2026-11-10 00:00:00+00
1295	1	5	10	7295	t	\N	2026-11-10 00:00:00+00
1296	1	5	10	7296	t	\N	2026-11-10 00:00:00+00
1297	1	5	10	7297	t	\N	2026-11-10 00:00:00+00
1298	1	5	10	7298	t	\N	2026-11-10 00:00:00+00
1299	1	5	10	7299	t	\N	2026-11-10 00:00:00+00
1300	1	5	10	7300	t	\N	2026-11-10 00:00:00+00
33	0	5	10	2601444130346214986	t	-5069649934001878499	2026-11-22 07:26:46.659391+00
34	0	5	10	-1039242539444325031	t	-299146578663510619	2026-11-22 07:26:46.659391+00
35	0	17115	10	2967469584882164726	t	4613119104961578494	2026-11-22 07:26:46.659391+00
36	0	5	10	-7149506177283404088	t	-2242871567812148584	2026-11-22 07:26:46.659391+00
37	0	5	10	-2843225161934042898	t	2762147816745988010	2026-11-22 07:26:46.659391+00
38	0	5	10	5172606449526415596	t	4761789330211182194	2026-11-22 07:26:46.659391+00
39	0	5	10	7735228702293576825	t	-8586671620975530513	2026-11-22 07:26:46.659391+00
40	0	5	10	5677175076634967759	t	-5487894088735982717	2026-11-22 07:26:46.659391+00
41	0	5	10	-326302634353647902	t	-1451006259670025162	2026-11-22 07:26:46.659391+00
42	0	5	10	-9120658155576458210	t	5992478043605512308	2026-11-22 07:26:46.659391+00
43	0	5	10	4252172395742702620	t	-5581553062696444532	2026-11-22 07:26:46.659391+00
44	0	5	10	-4446992785239104493	t	-4741515215282580901	2026-11-22 07:26:46.659391+00
45	0	5	10	5743004709561627281	t	4926874162985058411	2026-11-22 07:26:46.659391+00
46	0	5	10	2180600716891908222	t	5659905801959219448	2026-11-22 07:26:46.659391+00
47	0	5	10	-4001919532995755468	t	5183782189575379819	2026-11-22 07:26:46.659391+00
48	0	5	10	-2250068712009267840	t	6176816730201224645	2026-11-22 07:26:46.659391+00
49	0	5	10	-7377864047568476661	t	-3016053372045557102	2026-11-22 07:26:46.659391+00
50	0	5	10	8345795549429892774	t	965628901770293066	2026-11-22 07:26:46.659391+00
51	0	5	10	1313756416418005818	t	7768301166235501373	2026-11-22 07:26:46.659391+00
52	0	5	10	-7067914904766119664	t	8610603882943110437	2026-11-22 07:26:46.659391+00
53	0	5	10	-1252389476044886829	t	-8887164314274638727	2026-11-22 07:26:46.659391+00
54	0	5	10	-8803504066527430190	t	2878567108848060532	2026-11-22 07:26:46.659391+00
55	0	5	10	-6939072192173379730	t	-8868564906152593145	2026-11-22 07:26:46.659391+00
56	0	5	10	3849812887451451586	t	8491236348600854235	2026-11-22 07:26:46.659391+00
57	0	5	10	6698609522880975160	t	6605250586818742466	2026-11-22 07:26:46.659391+00
58	0	5	10	-7163029150608167549	t	-312357657855191033	2026-11-22 07:26:46.659391+00
59	0	5	10	690466589797131228	t	-4625403694809834366	2026-11-22 07:26:46.659391+00
60	0	5	10	-6930795500707458668	t	8847700504375168982	2026-11-22 07:26:46.659391+00
61	0	5	10	-189128126475156280	t	-2274026803517601872	2026-11-22 07:26:46.659391+00
62	0	5	10	3656749247396133175	t	-2602091622775618358	2026-11-22 07:26:46.659391+00
63	0	5	10	422120806193505451	t	3387002998283781026	2026-11-22 07:26:46.659391+00
64	0	5	10	-9038072326485088106	t	-1491933508628343011	2026-11-22 07:26:46.659391+00
65	0	5	10	-2447720041601700325	t	7145040009600340078	2026-11-22 07:26:46.659391+00
66	0	5	10	7568877120804483256	t	1232004370708570130	2026-11-22 07:26:46.659391+00
67	0	5	10	1223540511064764133	t	4303234131843551437	2026-11-22 07:26:46.659391+00
68	0	5	10	-2079336899418342519	t	-2958084379946914444	2026-11-22 07:26:46.659391+00
69	0	5	10	2206008340525082004	t	1819812687595788567	2026-11-22 07:26:46.659391+00
70	0	5	10	-682462720406434685	t	-1344246447892154261	2026-11-22 07:26:46.659391+00
71	0	5	10	814233538536557327	t	4824022284508773489	2026-11-22 07:26:46.659391+00
72	0	5	10	155139824096700778	t	-7786287366028752387	2026-11-22 07:26:46.659391+00
73	0	5	10	7865843931803670832	t	6760881481869547797	2026-11-22 07:26:46.659391+00
74	0	5	10	-2640378897456975927	t	333320990750053807	2026-11-22 07:26:46.659391+00
75	0	5	10	7169630537183437036	t	6848179486322703605	2026-11-22 07:26:46.659391+00
76	0	5	10	-34338889180068763	t	3693021239476417661	2026-11-22 07:26:46.659391+00
77	0	5	10	4685303475050759067	t	1791653750104742173	2026-11-22 07:26:46.659391+00
78	0	5	10	-4596408946654375376	t	5251122450920424226	2026-11-22 07:26:46.659391+00
79	0	5	10	4392044025792386737	t	-3819458454403943347	2026-11-22 07:26:46.659391+00
80	0	5	10	-5138073787967088656	t	-2986743643648751019	2026-11-22 07:26:46.659391+00
81	0	5	10	2276811966085362525	t	3121579711870918358	2026-11-22 07:26:46.659391+00
82	0	5	10	1924150908909157107	t	4359398842400517830	2026-11-22 07:26:46.659391+00
83	0	5	10	-4960896621324870854	t	8204955131676426460	2026-11-22 07:26:46.659391+00
84	0	5	10	2682366712516478629	t	-1249307093170992598	2026-11-22 07:26:46.659391+00
85	0	5	10	-6146770463376971469	t	4330712330940666066	2026-11-22 07:26:46.659391+00
86	0	5	10	2444387913560491597	t	-570101671345190794	2026-11-22 07:26:46.659391+00
87	0	5	10	8050340005762874040	t	8488023556800568883	2026-11-22 07:26:46.659391+00
88	0	5	10	8204971536774647251	t	2416763566747215401	2026-11-22 07:26:46.659391+00
89	0	5	10	-8532291814643729072	t	-2584956593982753364	2026-11-22 07:26:46.659391+00
90	0	5	10	3392627852790287115	t	149543221083219323	2026-11-22 07:26:46.659391+00
91	0	5	10	-3687085652182737561	t	5681245721657159952	2026-11-22 07:26:46.659391+00
92	0	5	10	-4584054677314398663	t	-4767883557524000790	2026-11-22 07:26:46.659391+00
93	0	17115	10	6877969984179575056	t	1952386568523216144	2026-11-22 07:26:47.801503+00
94	0	5	10	8754731364556883513	t	-7492294125532308831	2026-11-22 07:28:31.208402+00
95	0	5	10	-5849370023210081252	t	-2335283942863288908	2026-11-22 07:28:31.208402+00
96	0	5	10	-6045651749160163404	t	-3468777495613046880	2026-11-22 07:28:31.208402+00
97	0	5	10	-3505544650416195091	t	4699274768603148892	2026-11-22 07:28:31.208402+00
98	0	5	10	7726981977724394287	t	-730925979027638725	2026-11-22 07:28:31.208402+00
99	0	5	10	-8523267222852716429	t	6575702723980699848	2026-11-22 07:28:31.208402+00
\.
COPY almanac.statement_raw_p20261110 FROM stdin;
2026-11-10 10:00:00+00	2026-11-10 20:00:00+00	15	23	-2199023255552	\\x0185d47ef21717022e00030e80d084c8fedcc00180d0918e8601430b80909de91aff8f86b3f101130600010000e9070183050501aaaa2a028008830c058304d9da4322ed646b0f098311040582106310528a31e72094832490481b833305111a4f743aa9d25216a8a3510badf25fb121d25ae45189011374285f5282ae3e008d278a6654696930d3d1a81a53f9af2c039b2d00efbd77007fbf07058fc69b1900001896a42f7adac6d6838a9e0160484ad1ebbf52ca0cc38e9e20a9448ff55002fa018322058af09c0600a00f00fa00a00f00fa00a00f00fa00a00f00fa00a00f00fa00a00f00208314048502608843967968aacbb6fb061139a1157b01808324040b6440064b20431f2cf10a6484431f13614951bc7217c80ca486706c077d348889fc0870
2026-11-10 10:00:00+00	2026-11-10 20:00:00+00	16	64	-1	\\x01b9d90af84040022e00030e80d084c8fedcc00180d0918e8601430b80909de91aff8f86b3f10113060100013f800801830a06015555555555555555028008831b068304a49d6ced219176b2b58744dac9d61e1269275b7b48a49d6c832a0484340022446688aaccee84540022446688aaccee84740022446688aaccee8494010022446688aaccee838a010611d25a84e4880193be265f52aca73e00350c8a66f4fb6830531ca71a5323a92c03111242726413495f137a27d6539aaa1a06ed17fa7dd42a298ed3d7a7915411ac0809c91db289444209bd9335284d5588adf60ba5236a95b459e9eb5393a80856ffaee40e812922a12471c91a14f128c45676b0d2115d2fdaac9488a949d44ea97f579c80c01439359b6b00bdf7de7befbdf7de00fbfdff7ebfdf07068fc69b19dd62d13b00000004c3d4ef9e9ccde6a2070058b7b01edc2d1dd5c2b0a327d1b336a6e80d493baa06800380ba65304c75eb631b492f7ae8160240ebc1486a00300c237a86a4ad072269f5c0a217d15bb74cdd2ae90502fa018355068af09c06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e0020833c0507b00c6d83ebf03ec01071842c314fd01475856d715fe0187986aeb16f877237c04ef0230c0d47c452f1644c1d57c856f2a58c2d67cc5af3e6cc3d808365040c60499c28caa8f04ab5b8cbc1804cce48cdda104ee7d8cef38bc03e00200332580219fa60895720231cfa98084b8ae295bb8bc05700200332580219fa60895720231cfa98084b8ae295bb8bc07000200332580219fa60895720231cfa98084b8ae295bb70
2026-11-10 10:00:00+00	2026-11-10 20:00:00+00	17	64	-1	\\x0103bc20e04040022e00030e80d084c8fedcc00180d0918e8601430b80909de91aff8f86b3f10113060100013fc00801830a06015555555555555555028008831b068304ed219176b2b58744dac9d61e1269275b7b48a49d6ced2191832d0484b4010022446688aaccee84d4010022446688aaccee84f4010022446688aaccee8494020022446688aaccee838a01061192b804a0897894ac293b581382ae17153b4ac474b769a7540a2a4e408a839c1af14002d0e4ce49d61468aa094101858a1dcd46badb54e62905d5c52ac54178867820a94c72e7c4fd09349523ab8042ef87662385522af33415ea6255812b3c43668954266158e2fea42cca9115dfabf743dd8a42293d5e9a0a1544aac0d53c2cb344548c302c19649b6d007befbdf7de7befbd00fffd7ebfffdf07068f8afa18edf5173e000000662af4c29acab1f15e68475ae1f385dbc4c64603c0bd30a6522f64d714defcc23715018000a05de39d3536de0be1488337629997e9d85800b817c60b672a0500ef6c61dd8e7453a1a90c003a950d980302fa018355068af09c06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e002083440688b20157005b025f04630667086b0a6f0c730e77107b127f14831687188b1a8f1c931e97209b229f24a326a728ab2aaf2cb32eb730bb32bf34c336c738cb3acf3cd33e808369048bc0890100200332580219fa60895720231cfa98084b8ae295bb8bc0a20100200332580219fa60895720231cfa98084b8ae295bb8bc0bb0100200332580219fa60895720231cfa98084b8ae295bb8bc0d40100200332580219fa60895720231cfa98084b8ae295bb70
2026-11-10 10:00:00+00	2026-11-10 20:00:00+00	18	64	-1	\\x01f6a695344040022e00030e80d084c8fedcc00180d0918e8601430b80909de91aff8f86b3f10113060100013f800901830a06015555555555555555028008831b06830476b2b58744dac9d61e1269275b7b48a49d6ced219176b2b5832d0484b4020022446688aaccee84d4020022446688aaccee84f4020022446688aaccee8494030022446688aaccee838a0106115216855b8aef5546a06e45cb8d1e2ff5690a22f5726a1e16a4202a46428f0c32d16fc22d658a2a23d001a1e546b990fa34ad757a39d5a10a52905f21a1473092e837897b324545b9ea8050bda15c48a793d63a6581ea50b5d0caaf101b2218491e95c43d4187a25c25e8aaded078a2d3499596b2401d8d5a6895ff8a0d91d6228f4a0c98a043f9929b6b00f7de7befbdf7de7b00fd7effbfdfef07068fc69b19a2770080a40f86a9df3d398b5e450f0030d16b3db85b3aaa8d9e44cfda98f55024eda81a002e7a010075cb609827e7c736925ef4d42d0480d68347b5006018c6c911495b0f44d202c0452fa23700a0ba55d2fbd80602fa018355068af09c06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e002083470588b20297009b029f04a306a708ab0aaf0cb30eb710bb12bf14c316c718cb1acf1cd31e88f202b700bb02bf04c306c708cb0acf0cd30ed710db12df14e316e718eb1aef1cf31e808369048bc0ed0100200332580219fa60895720231cfa98084b8ae295bb8bc0860200200332580219fa60895720231cfa98084b8ae295bb8bc09f0200200332580219fa60895720231cfa98084b8ae295bb8bc0b80200200332580219fa60895720231cfa98084b8ae295bb70
2026-11-10 10:00:00+00	2026-11-10 20:00:00+00	19	64	-1	\\x01a549f95e4040022e00030e80d084c8fedcc00180d0918e8601430b80909de91aff8f86b3f10113060100013fc00901830a06015555555555555555028008831b0683048744dac9d61e1269275b7b48a49d6ced219176b2b58744da832d0484b4030022446688aaccee84d4030022446688aaccee84f4030022446688aaccee8494040022446688aaccee838a0106111274f501683c5134a34a4b83998e46d598ca7f6519486b119223064cfa9a7c49b19efa00d430289ad1efa3c14c719c6a4c8da4b20c444808c9914d247d4de89d584f69aa6a18b45fe8f751aba4384e5f9f465245b022242477c826120925f44ed6a0345521b6da2f948ea855d266a5af4f4da22258fdbb923b04a6888492c4256b50c4a3105bd9c19b7200efbdf7de7befbdf700fe7fbfdfefff0706908afa1800000030a6425d63a672d8785e688e148e34854f2f5ca652d86800700040a6525e485d53b06e2f7ca622a64200505d633b6b00805e088e342f5c5866cb74d8585e185e38a6525d533b5bb06e8e742f1ca642a63200503b6b0173008002fa018355068af09c06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e0020834c0689b203d7006c13f08dc03803e710ac53f08ec13c07f720ec93f08fc2400b07312cd4f090c3440f17416c14f191c448132751ac54f192c54c173761ec94f193c6501b47712cd5f194c7541f808369048bc0d10200200332580219fa60895720231cfa98084b8ae295bb8bc0ea0200200332580219fa60895720231cfa98084b8ae295bb8bc0830300200332580219fa60895720231cfa98084b8ae295bb8bc09c0300200332580219fa60895720231cfa98084b8ae295bb70
2026-11-10 10:00:00+00	2026-11-10 20:00:00+00	20	21	2097151	\\x01191880ae1515022e00030e80d084c8fedcc00180d0918e8601430b80909de91aff8f86b3f101130600010000800a0183050501555515028008830b058304c9d61e1269275b7b83110484b4040022446688aaccee83d4048044832f05114a4774bd68b35222a626513ba5fe5d71020253e4d448e2128026e251b2a6ec604d08ba5e54ec2811d3dda69d129b2700de7b0f00bfdf048f8aba195e18789b2311cb4abc06800200767600d0a9ecced291fcc278610102fa018320058af09c06e803803e00e803803e00e803803e00e803803e00e803803e00e80320831c0589b20417016c14f091c048032711ac54f092c14c073721ec94f013808322058bc0b50300200332580219fa60895720231cfa98084b8ae295bb402635c2d90e7d70
\.
COPY almanac.statement_raw_p20261111 FROM stdin;
2026-11-11 06:00:00+00	2026-11-11 06:00:00+00	15	12	-6148915424244269056	\\x01a0731baa0c0c012e000280e0cfc895be81030280909de91a7307d20f000100cf0f09028008830804047549865a9764830a0405c420c51c94d4620d831c0411ca85b4d6a943955f211849e29e2857d51b3a9d94056aa1151b028b1c007b0f041213332bb8dd75380000855e4f0c4eabf94ad02b618b070e02fa010290bc0620030c03090f151b21272d33393f45808314040c64c012f4c12b84c34414c55da4c67634c88f70
2026-11-11 06:00:00+00	2026-11-11 06:00:00+00	16	32	-6148914691236517206	\\x010b99c2212020012e000280e0cfc895be81030280909de91a730882100100011eff0f09028008830f058308745688ce0ad159213a2b44678319048538401083147350528b35f78578401083147350528b35f783460511f2a8041d4ad0d578a24a4b47a3f25f692d62c0e44bea035034a3c14c35a62c032139d2d7c47aaa61d0efa3384e23a90809d94442efa4a96abf50aba4af4f11ace40e91509b3900de7befbd00fe7fbf01058fc6db19309ce8611b170080a453b74a599154a2b76ea9e859d2a5df341b8b1e25bd30dce8413d70540bc33ab90202fa010290bc0620232196010c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c808337040dc48951512d0e46ce581b9de37904901952462e4932d9272de5ab8c885900800c90812520833eb08457408670d087896089a2f08abb70
2026-11-11 06:00:00+00	2026-11-11 06:00:00+00	17	32	-6148914691236517206	\\x0176f2ed752020012e000280e0cfc895be81030280909de91a730882110100011eff1009028008830f05830885e8ac109d15a2b342745688831b0485b801401083147350528b35f785f801401083147350528b35f783460511b20685d82a1dd166a52651ffaec014495c221e6507eb7a5122a69d529c809c1a016892353521a8d8d1dda614548a837820b973024d155068365299a78b5578865426717f9b3c00f7de7bef00eff7ff03058f8aba19a67200c0ce0ed6fdc232957aa10120f046a42700c80b692a762414fe9ab8d85800982315defac23695754db1d102fa010290bc0620232196040c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c808339048c888b0100800c90812520833eb08457408670d087896089a2f08abb8c88bd0100800c90812520833eb08457408670d087896089a2f08abb70
2026-11-11 06:00:00+00	2026-11-11 06:00:00+00	18	32	-6148914691236517206	\\x01f75e49322020012e000280e0cfc895be81030280909de91a730882120100011eff1109028008830f058308ce0ad159213a2b446785e8ac831b0485b802401083147350528b35f785f802401083147350528b35f7834605117264f57e2894d254a802576689302c298be27bd5ade8f15210a97958548c0c32e196ca08b4dca84fd3cb294841428fe83799a23a20940b69ad53872abf423092c43d51ae9b3700bdf7de7b007ebfdf01058fc6db19d1c336aee81500a06e95b222a9baa5a2671886a4cb6c0c00123dc270a3076dbc7a200c0b8677720502fa010290bc0620232196070c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c808339048c88ef0100800c90812520833eb08457408670d087896089a2f08abb8c88a10200800c90812520833eb08457408670d087896089a2f08abb70
2026-11-11 06:00:00+00	2026-11-11 06:00:00+00	19	32	-6148914691236517206	\\x01d848441c2020012e000280e0cfc895be81030280909de91a730882130100011eff1209028008830f058308109d15a2b342745688ce0ad1831b0485b803401083147350528b35f785f803401083147350528b35f783460511aa37743a290bd4422b36441e95a04309ba1a4f5469e96854fe2bad450c987c497d008a663498a9c69465202447fa9a584f350cfa7d14c769241521219b48e89d3455ed179b3b00efbdf7de00fff7fb01058f8aba1900809ddd5416d6fdc232959a4abdd0f046a4677bd90b692a76a43b129ab8d8580018bcf5856d2a319561a30102fa010290bc06202321960a0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c808339048c88d30200800c90812520833eb08457408670d087896089a2f08abb8c88850300800c90812520833eb08457408670d087896089a2f08abb70
2026-11-11 06:00:00+00	2026-11-11 06:00:00+00	20	10	699050	\\x014f72e0f00a0a012e000280e0cfc895be81030280909de91a73078214000100ff1309028008830704047549865a97830b0485b80440108314735002831804116a95f4f5298295dc21124ad6a0105ba523daacd424028b17007b0304121353d3ea5de8f8b8cd2b7137370e00c04ad802fa010290bc0620230b960d0c0c0c0c0c0c0c0c0c808313048b88b70300400664b00432f4c112af40463870
2026-11-11 00:07:00+00	2026-11-11 23:55:00+00	0	315	469762048	\\x01a6877bc8bb0203692e01735080c4e6e1f7bc81030001000c00c000000c00c000000cffffa0d1f4bc810380d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e0280c4c5900303031a000002d00101028008835114029ee7799ea7e7799ee7f9799ee7795e9ee7799ea7e7799ee7f9797a9ee7799e9ee7799ee7e7799ee779799ee7799e9ee7799ee7e7e9799ee7797a9ee7799e9fe7799ee7e5799ee7797a9ee7799e9f2793bf01010010010d010d011e010d010d0111010d010d011e010d010d0111010d010d011e010d010d010114840208192a3b4c5d6e7f08b2c3d4e5f68790a1b2536e7f08192a3b4c5d6e08192a3b4c5d6e7f08b9c3d4e5f68790a1b2c36e7f98c2f5184b7ea0d39682b1e4073a6d295c8fb1a0d396c2f5184b7ea093c2f5184b7ea0d396c2b1e4073a6d295c8fb1a4d3964a9fe3287dc1065b4a8ed2176cb0a5f4398ec2065b4a9fe3287dc1064a9fe3287dc1065b4a8fd2176cb0a5f4398ed2065b0a83aa04140ec4096b4319f1556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d41127ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713b23694115f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85152467c1559c6d4d1841c2541cace52c3bc3477419cb03694115f459631753421474990f2556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace92654c1d4dc85112a4ec2c71c2da50467c1559c6d4d1841c2541cace52c3bc3477419cb03694115f45963175c4096b4319f1556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d4d184ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713729494115f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a47c1559c6d4d1841c2541cace52c3bc3477419cb03694115f459631753421474990b2b36419534713729404293b4b9cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d71c2da50467c1559c6d4d1841c2541cace52c3bc3477419cb03694115f4596317534216b4319f1556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2565c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713729404295f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c59c6d4d1841c2541cace0293eb030077777777777777777777777777efeeeeeeeeeeeeeeeeeeeeeeeededddddddddddddddddddddddd05148f8aba1700102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c655e180090a910000000db59020000603b4b008817ce54e6850100990a010000b09d2500c40b672a038078e14c655e180090a910000000db590240bc70a6322f0c00c854e8850100990a010000b09d2500c40b672af3c200804c85000000d8ce12000000db59024000205e385399170600642a040000c0769600102f9ca9cc0b030032157a610040a6420000006c670900f1c299cabc3000205321000000b6b3040000c0769600102f9ca9cc0b03003215020000603b4b008817ce540600f1c299cabc3000205321000000b6b3048078e14c655e180090a9d00b03003215020000603b4b008817ce54e6850100990a010000b09d25000000b6b304800040bc70a6322f0c00c85408000080ed2c01205e385399170600642af4c200804c85000000d8ce1200e285339579610040a6420000006c6709000080ed2c01205e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c6709000102e80783dd03148cc03ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa000028a3ae010200000480020521d4104208218410420805218410420d218410420805218410420821d4104208052184104208218410420d80020521d4104208218410420805218410420821d4104208052184104208218410420d80020521d4104208218410420805218410420d218410420805218410420821d410420880020521d4104208218410420805218410420d218410420805218410420821d4104208052184104208218410420d80020521d4104208f8
2026-11-11 00:07:00+00	2026-11-11 23:55:00+00	0	315	3758096384	\\x01d26ac459bb0203692e01735080c4e6e1f7bc81030001000c00c000000c00c000000cffffa0d1f4bc810380d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e0280c4c5900303031d000002d00101028008835114029ee7799ea7e7799ee7f9799ee7795e9ee7799ea7e7799ee7f9797a9ee7799e9ee7799ee7e7799ee779799ee7799e9ee7799ee7e7e9799ee7797a9ee7799e9fe7799ee7e5799ee7797a9ee7799e9f2793bf01010010010d010d011e010d010d0111010d010d011e010d010d0111010d010d011e010d010d01011484026bd138af057ce2496bf35ac0279eb4168df37ae2496bd138af057ce26bd138af057ce2496bf15ac0279eb4168df35ae249cb48d059e16af27bc39815ae26bf378c049d15f27bc348d059e16af2cb48d059e16af27bc34815ae26bf378c049d15fe7bc3ad47f19c36e08b25adcf6903be58d27a14cfe98b25ad47f19c36e08bad47f19c36e08b25adc76903be58d27a14cf698b250d83aa04140ec4096b4319f1556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d41127ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713b23694115f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85152467c1559c6d4d1841c2541cace52c3bc3477419cb03694115f459631753421474990f2556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace92654c1d4dc85112a4ec2c71c2da50467c1559c6d4d1841c2541cace52c3bc3477419cb03694115f45963175c4096b4319f1556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d4d184ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713729494115f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a47c1559c6d4d1841c2541cace52c3bc3477419cb03694115f459631753421474990b2b36419534713729404293b4b9cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d71c2da50467c1559c6d4d1841c2541cace52c3bc3477419cb03694115f4596317534216b4319f1556419534713729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2565c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713729404295f459631753421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c59c6d4d1841c2541cace0293eb030077777777777777777777777777efeeeeeeeeeeeeeeeeeeeeeeeededddddddddddddddddddddddd05148f8aba1700102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c655e180090a910000000db59020000603b4b008817ce54e6850100990a010000b09d2500c40b672a038078e14c655e180090a910000000db590240bc70a6322f0c00c854e8850100990a010000b09d2500c40b672af3c200804c85000000d8ce12000000db59024000205e385399170600642a040000c0769600102f9ca9cc0b030032157a610040a6420000006c670900f1c299cabc3000205321000000b6b3040000c0769600102f9ca9cc0b03003215020000603b4b008817ce540600f1c299cabc3000205321000000b6b3048078e14c655e180090a9d00b03003215020000603b4b008817ce54e6850100990a010000b09d25000000b6b304800040bc70a6322f0c00c85408000080ed2c01205e385399170600642af4c200804c85000000d8ce1200e285339579610040a6420000006c6709000080ed2c01205e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c6709000102e80783dd03148cc03ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa000028a3ae010200000480020521d4104208218410420805218410420d218410420805218410420821d4104208052184104208218410420d80020521d4104208218410420805218410420821d4104208052184104208218410420d80020521d4104208218410420805218410420d218410420805218410420821d410420880020521d4104208218410420805218410420d218410420805218410420821d4104208052184104208218410420d80020521d4104208f8
\.
COPY almanac.statement_raw_p20261112 FROM stdin;
2026-11-12 00:02:00+00	2026-11-12 23:57:00+00	0	318	469762048	\\x0118f1f98fbe02036a2e01735080b894a1f9c181030100010c0212021202120212020afff3ce90f6c1810380d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e0280c4c5900303031a000002d2010102800883521402e7799e97e7799ee7e9799ee7797e9ee7799e97e7799ee7e9799e779ee779799ee7799e9ee7799ee7e7799ee779799ee7799e9ee779e7799e97e7799ee7e9799ee7797e9ee7799e97e7799ee7e9799e0793bc0101001d010d010d011e010d0120010d010d011e010d0120010d010d011e010d010314840290a1b2c3d4e5f690a1b2c3d4e5f68790314c5d6e7f08192a3b4cf68790a1b2c3d4e5f697a1b2c3d4e5f68790a14c5d6e7f08295c8fb1e4073a2d5c8fb1e4073a6d295c4b7ea0d396c2f5184b3e6d295c8fb1e4073a6d5c8fb1e4073a6d295c4f7ea0d396c2f4398ed2176cb0f4398ed2176cb0a5f4297dc1065b4a9fe3287db0a5f4398ed2176cb0f5398ed2176cb0a5f4397dc1065b4a0f83af04140ed4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35ccd4d1841c2541cace52c3bc3477419cb03694115f459631753421474990b2b3d4302f4d13729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c3bc3477c15112a4ec2c35cc4b7317c4096b4319f1556419534713729404293b4b0df3d2dc05714290b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096bc3ce52c3bc3477419cb03694115f45963175342147490df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c34c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713729404293b4b0df3d23421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b73171c2541cace52c3bc3477419cb03694115f459631753421474990b2b3d4302fcd5d102704293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c3bc3477419cb036ec2c35cc4b7317c4096b4319f15564195347137294d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35ccd4d1841c2541cace52c3bc3477419cb03694115f459631753421474990b2b3d4302f4d13729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c3bc3477c15112a4ec2c35cc4b7317c4096b4319f1556419534713729404293b4b0df3d2dc05714290b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096bc3ce52c3bc3477419cb03694115f459631753421470993f00300bbbbbbbbbbbbbbbbbbbbbbbbbbefeeeeeeeeeeeeeeeeeeeeeeeebebbbbbbbbbbbbbbbbbbbbbbbb3b148f8aba175e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c670900f1c299cabc3000205321000000b6b3048078e14c6500102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c655e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c670900f1c299cabc3000205321000000b6b3048078e14c6500102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c655e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c670900f1c299cabc3000205321000000b6b3048078e14c6500102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c6502e80783e103148cc03ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803e28a3b4019c030000040521841042082184106a08800205a1861042082184104208052184106a082184104208052184104208a1861042080521841042082184106a08800205218410420d218410420805218410420821d4104208052184104208218410420d80020521d4104208218410420805218410420d218410420805218410420821841042a880020521841a420821841042080521841042a8218410420805218410420821841a420805218410420821841042a88002f8
2026-11-12 00:02:00+00	2026-11-12 23:57:00+00	0	318	3758096384	\\x01021ff291be02036a2e01735080b894a1f9c181030100010c0212021202120212020afff3ce90f6c1810380d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e80d0eeca3effcfeeca3e0280c4c5900303031d000002d2010102800883521402e7799e97e7799ee7e9799ee7797e9ee7799e97e7799ee7e9799e779ee779799ee7799e9ee7799ee7e7799ee779799ee7799e9ee779e7799e97e7799ee7e9799ee7797e9ee7799e97e7799ee7e9799e0793bc0101001d010d010d011e010d0120010d010d011e010d0120010d010d011e010d0103148402168df35ac0279e168df35ac0279eb416ad057ce2496bd138af059eb4168df35ac0279e148df35ac0279eb4168d057ce2496b81049d15ae26bf87049d15ae26bf378c04e16af27bc348d059e1ba378c049d15ae26bf37049d15ae26bf378c04ed6af27bc3487a14cf6903be587a14cf6903be58d27a9436e08b25ad47f19c3658d27a14cf6903be587214cf6903be58d27a1436e08b25ad0783af04140ed4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35ccd4d1841c2541cace52c3bc3477419cb03694115f459631753421474990b2b3d4302f4d13729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c3bc3477c15112a4ec2c35cc4b7317c4096b4319f1556419534713729404293b4b0df3d2dc05714290b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096bc3ce52c3bc3477419cb03694115f45963175342147490df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c34c1d4dc85112a4ec2c35cc4b7317c4096b4319f1556419534713729404293b4b0df3d23421474990b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b73171c2541cace52c3bc3477419cb03694115f459631753421474990b2b3d4302fcd5d102704293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c3bc3477419cb036ec2c35cc4b7317c4096b4319f15564195347137294d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35ccd4d1841c2541cace52c3bc3477419cb03694115f459631753421474990b2b3d4302f4d13729404293b4b0df3d2dc0571c2da50467c1559c6d4d1841c2541cace52c3bc3477c15112a4ec2c35cc4b7317c4096b4319f1556419534713729404293b4b0df3d2dc05714290b2b3d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096bc3ce52c3bc3477419cb03694115f459631753421470993f00300bbbbbbbbbbbbbbbbbbbbbbbbbbefeeeeeeeeeeeeeeeeeeeeeeeebebbbbbbbbbbbbbbbbbbbbbbbb3b148f8aba175e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c670900f1c299cabc3000205321000000b6b3048078e14c6500102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c655e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c670900f1c299cabc3000205321000000b6b3048078e14c6500102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c655e385399170600642a040000c0769600102f9ca90c00e285339579610040a6420000006c670900f1c299cabc30002053a1170600642a040000c0769600102f9ca9cc0b03003215020000603b4b0000006c670900f1c299cabc3000205321000000b6b3048078e14c6500102f9ca9cc0b03003215020000603b4b008817ce54e6850100990abd3000205321000000b6b3048078e14c6502e80783e103148cc03ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ee8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803e28a3b4019c030000040521841042082184106a08800205a1861042082184104208052184106a082184104208052184104208a1861042080521841042082184106a08800205218410420d218410420805218410420821d4104208052184104208218410420d80020521d4104208218410420805218410420d218410420805218410420821841042a880020521841a420821841042080521841042a8218410420805218410420821841a420805218410420821841042a88002f8
\.
COPY almanac.statement_raw_p20261113 FROM stdin;
2026-11-13 00:04:00+00	2026-11-13 10:13:00+00	0	288	4227858432	\\x01877da6fda00206302e01732b80f087f1fdc6810300810100180000ffabc2e0fac6810380d0eeca3effcfeeca3e80d0eeca3effcfeeca3e0280c4c59003130300011a025e01028008834a14029ee7e7799ee779799ee7799e9ee7e7799ee779799ee7799e9ee7e7799ee779799ee7799e9ee7e7799ee779799ee7799e9ee7e7799ee779799ee7799e9ee7e7799ee779799ee7799e93af0100fffbfff7fffdfffbfff7fffdfffbfff7fffdfffbfff7fffdfffbfff7fffdfffbfff7fffd148402a1b2c3d47f08192a3b4c5d6e7fa1b2c3d4e5f68790a1528fb1e4d796c2f5184b7ea0d3568fb1e4073a6d295c8f398ed2175b4a9fe3287dc1065b398ed2176cb0a5f439de38af059cb4168df35ac0279ed438af057ce2496bd138d059e16a378c049d15ae26bf37d059e16af27bc348d049f19c3650d27a14cf6903be5842f19c36e08b25ad47f183fa03140e04293b4b0df3d2dc0571c2da5046d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f155bc3477419cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c457916504293b4b0df3d2dc0571c2da5046d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f155bc3477419cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c457916504293b4b0df3d2dc0571c2da5046d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f155bc3477419cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c457916504293b4b0df3d2dc0571c2da5046d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f155bc3477419cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c457916504293b4b0df3d2dc0571c2da5046d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f155bc3477419cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c457916504293b4b0df3d2dc0571c2da5046d4302fcd5d1027ac0d65c45791654c1d4dc85112a4ec2c35cc4b7317c4096b4319f155bc3477419cb03694115f459631753421474990b2b3d4302fcd5d1027ac0d65c457916593bf0300eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee148f8aba175e180090a910000000db59020000603b4b008817ce54e6850100990a010000b09d2500c40b672a038078e14c655e180090a910000000db590240bc70a6322f0c00c854e8850100990a010000b09d25000000b6b3048078e14c655e180090a910000000db590240bc70a632008817ce54e6850100990a010000b09d2500c40b672af3c200804c855e180090a910000000db59020000603b4b008817ce54e6850100990a010000b09d2500c40b672a038078e14c655e180090a910000000db590240bc70a6322f0c00c854e8850100990a010000b09d25000000b6b3048078e14c655e180090a910000000db590240bc70a632008817ce54e6850100990a010000b09d2500c40b672af3c200804c855e180090a910000000db59020000603b4b008817ce54e6850100990a010000b09d2500c40b672a038078e14c655e180090a910000000db590240bc70a6322f0c00c854e8850100990a010000b09d25000000b6b3048078e14c655e180090a910000000db590240bc70a632008817ce54e6850100990a010000b09d2500c40b672af3c200804c8502e80783b403148cc03ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfad087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfad087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfad087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfad087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfad087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa00803ed087bba00f00e8037db80bfa28a39801b8060000000000040521841042a8218410420805218410420821841a4208800205218410420d218410420805218410420821d41042088002052184106a082184104208052184104208a18610420880020521845043082184104208052184104208358410420880020521841a420821841042080521841042a8218410420880020521d4104208218410420805218410420d21841042088002f8
\.
COPY almanac.statement_raw_p20261122 FROM stdin;
2026-11-22 07:25:55.689487+00	2026-11-22 07:26:01.783364+00	0	40	8587837440	\\x01095b73b9280c062e0003178fd8e2c0f2fac001ab8f4989b549d3884af8f44db6b64953080031eaafa501010213040001001533050000100004830706012084104208830706013f841042088315040411113196fc214315031a1b8d8dc64603639324a31ee807e707000000064a4d000801050002ff805000010f800a070e12110e008344000b03050aa4020cfb0a0bf30412740703079908ac18010a8c7dd86ee05e0306b4e9bd3806cea7de380b9c08cab3e695490a2a00920e5a330210e297aca44459309e6fb1934100e07befbd070412a9278653f95325d89027556635f9422d52b4e8d78ece9929a1af7f565b5a6cd62fa5b3958f8e821370066e8225755c153ac5b70000d278f0420b2b003ffc594728830aa405fb15f309f48e0c068c038a02a50179673407060e07069c0197012ae2af02c4b2012b2e00bf8470cf9f8614bd09ae218f18828a18d19d188206af054b9c02e301f0de04020203030e7b24052a15ca19c3191108a32bac11e70f8e0aed059701cb049e039703030c0411000009a1468d3a0b038b0a010f0475fa091e9808730900130b00110c00000003d00502021310001d7c000000070301a6070502010302830a0403c60200c092090000390809a325d40fb10f9e0253b4119f13f801f50101000807000007763ddf0e00000431a7080f25679300130901010423010202a6078335001018fd0b9a060f5e420ea9301792e34200109e230e45f867b58e06ad806c000c0020069a41477a080f1c01ad82e6038bb55a0500003928
\.
COPY almanac.system_keys FROM stdin;
1	0	2026-11-22 07:25:54.305605+00
\.
COPY almanac.system_raw_p20261110 FROM stdin;
2026-11-10 00:30:00+00	2026-11-10 23:30:00+00	0	47	2	\\x01bb95ef492f012f2701731480c8b4a8feb781030100012dffffe5f3f0b781030280c8ceb40d0202025c01028008a3040200800200a306d00f0080d00f90a31b02048002852594024a29a594524a29a5852594524a29a094524a2970
\.
COPY almanac.system_raw_p20261111 FROM stdin;
2026-11-11 00:00:00+00	2026-11-11 23:30:00+00	0	48	2	\\x019836bfbd300130270173148080a1d1f4bc81030100012effb7d29ce7bc81030280c8ceb40d0202025e01028008a3046000800200a30780ee050080d00f90a31a1005852594524a29a594524029a594524a29a594524a2905800270
\.
COPY almanac.system_raw_p20261112 FROM stdin;
2026-11-12 00:00:00+00	2026-11-12 23:30:00+00	0	48	2	\\x0115c908fe300130270173148080dcaef8c181030100012effb78dfaeac181030280c8ceb40d0202025e01028008a305c00100800200a30780dc0b0080d00f908320000530ca098218a49883925aacb907a39c2088418a3928a9c59a7b30ca09821870
\.
COPY almanac.system_raw_p20261113 FROM stdin;
2026-11-13 00:00:00+00	2026-11-13 23:30:00+00	0	48	2	\\x01d17e86b0300130270173148080978cfcc681030100012effb7c8d7eec681030280c8ceb40d0202025e01028008a305a00200800200a30780ca110080d00f90a31c0804852594524a29a594524a29058002852594524029a594524a290570
\.
COPY almanac.system_raw_p20261114 FROM stdin;
2026-11-14 00:00:00+00	2026-11-14 04:00:00+00	0	9	2	\\x015f544d33090109270173128080d2e9ffcb81030001ffb783b5f2cb81030280c8ceb40d0202021001028008a30580030001ff00a30780b8170080d00f9083080005acb907a39c0070
\.
COPY almanac.system_raw_p20261122 FROM stdin;
2026-11-22 07:25:54.362183+00	2026-11-22 07:26:01.783515+00	0	7	2	\\x01256bc09b0701072700031ac7d691c0f2fac001cc8951e7d549cee748ba894aa6f54db3b5495b06007e000a02010202020c01130400018008030d00c27ffd06e002d203be05d30713040002b109031400e19cbd0389a80695e601f3a202abaf03acc7040183060004e065a80c591307005ad10c1201060908020202021102c801a31ae89b9d80e5f5810300150bb254104412fa49be2749943529cb2419000110
\.
COPY almanac.table_keys FROM stdin;
1	0	5	2619	pg_catalog	pg_statistic	2026-11-22 07:25:54.305605+00
2	0	5	1247	pg_catalog	pg_type	2026-11-22 07:25:54.305605+00
3	0	5	3118	pg_catalog	pg_foreign_table	2026-11-22 07:25:54.305605+00
4	0	5	3429	pg_catalog	pg_statistic_ext_data	2026-11-22 07:25:54.305605+00
5	0	5	1418	pg_catalog	pg_user_mapping	2026-11-22 07:25:54.305605+00
6	0	5	1249	pg_catalog	pg_attribute	2026-11-22 07:25:54.305605+00
7	0	5	1255	pg_catalog	pg_proc	2026-11-22 07:25:54.305605+00
8	0	5	1259	pg_catalog	pg_class	2026-11-22 07:25:54.305605+00
9	0	5	2604	pg_catalog	pg_attrdef	2026-11-22 07:25:54.305605+00
10	0	5	2606	pg_catalog	pg_constraint	2026-11-22 07:25:54.305605+00
11	0	5	2611	pg_catalog	pg_inherits	2026-11-22 07:25:54.305605+00
12	0	5	2610	pg_catalog	pg_index	2026-11-22 07:25:54.305605+00
13	0	5	2617	pg_catalog	pg_operator	2026-11-22 07:25:54.305605+00
14	0	5	2753	pg_catalog	pg_opfamily	2026-11-22 07:25:54.305605+00
15	0	5	2616	pg_catalog	pg_opclass	2026-11-22 07:25:54.305605+00
16	0	5	2601	pg_catalog	pg_am	2026-11-22 07:25:54.305605+00
17	0	5	2602	pg_catalog	pg_amop	2026-11-22 07:25:54.305605+00
18	0	5	2603	pg_catalog	pg_amproc	2026-11-22 07:25:54.305605+00
19	0	5	2612	pg_catalog	pg_language	2026-11-22 07:25:54.305605+00
20	0	5	2995	pg_catalog	pg_largeobject_metadata	2026-11-22 07:25:54.305605+00
21	0	5	2600	pg_catalog	pg_aggregate	2026-11-22 07:25:54.305605+00
22	0	5	3381	pg_catalog	pg_statistic_ext	2026-11-22 07:25:54.305605+00
23	0	5	2618	pg_catalog	pg_rewrite	2026-11-22 07:25:54.305605+00
24	0	5	2620	pg_catalog	pg_trigger	2026-11-22 07:25:54.305605+00
25	0	5	3466	pg_catalog	pg_event_trigger	2026-11-22 07:25:54.305605+00
26	0	5	2609	pg_catalog	pg_description	2026-11-22 07:25:54.305605+00
27	0	5	2605	pg_catalog	pg_cast	2026-11-22 07:25:54.305605+00
28	0	5	3501	pg_catalog	pg_enum	2026-11-22 07:25:54.305605+00
29	0	5	2615	pg_catalog	pg_namespace	2026-11-22 07:25:54.305605+00
30	0	5	2607	pg_catalog	pg_conversion	2026-11-22 07:25:54.305605+00
31	0	5	2608	pg_catalog	pg_depend	2026-11-22 07:25:54.305605+00
32	0	5	3602	pg_catalog	pg_ts_config	2026-11-22 07:25:54.305605+00
33	0	5	3603	pg_catalog	pg_ts_config_map	2026-11-22 07:25:54.305605+00
34	0	5	3600	pg_catalog	pg_ts_dict	2026-11-22 07:25:54.305605+00
35	0	5	3601	pg_catalog	pg_ts_parser	2026-11-22 07:25:54.305605+00
36	0	5	3764	pg_catalog	pg_ts_template	2026-11-22 07:25:54.305605+00
37	0	5	3079	pg_catalog	pg_extension	2026-11-22 07:25:54.305605+00
38	0	5	2328	pg_catalog	pg_foreign_data_wrapper	2026-11-22 07:25:54.305605+00
39	0	5	1417	pg_catalog	pg_foreign_server	2026-11-22 07:25:54.305605+00
40	0	5	3256	pg_catalog	pg_policy	2026-11-22 07:25:54.305605+00
41	0	5	826	pg_catalog	pg_default_acl	2026-11-22 07:25:54.305605+00
42	0	5	3394	pg_catalog	pg_init_privs	2026-11-22 07:25:54.305605+00
43	0	5	3596	pg_catalog	pg_seclabel	2026-11-22 07:25:54.305605+00
44	0	5	3456	pg_catalog	pg_collation	2026-11-22 07:25:54.305605+00
45	0	5	3350	pg_catalog	pg_partitioned_table	2026-11-22 07:25:54.305605+00
46	0	5	3541	pg_catalog	pg_range	2026-11-22 07:25:54.305605+00
47	0	5	3576	pg_catalog	pg_transform	2026-11-22 07:25:54.305605+00
48	0	5	2224	pg_catalog	pg_sequence	2026-11-22 07:25:54.305605+00
49	0	5	6104	pg_catalog	pg_publication	2026-11-22 07:25:54.305605+00
50	0	5	6237	pg_catalog	pg_publication_namespace	2026-11-22 07:25:54.305605+00
51	0	5	6106	pg_catalog	pg_publication_rel	2026-11-22 07:25:54.305605+00
52	0	5	6102	pg_catalog	pg_subscription_rel	2026-11-22 07:25:54.305605+00
53	0	5	2613	pg_catalog	pg_largeobject	2026-11-22 07:25:54.305605+00
54	0	5	13391	information_schema	sql_features	2026-11-22 07:25:54.305605+00
55	0	5	13396	information_schema	sql_implementation_info	2026-11-22 07:25:54.305605+00
56	0	5	13401	information_schema	sql_parts	2026-11-22 07:25:54.305605+00
57	0	5	13406	information_schema	sql_sizing	2026-11-22 07:25:54.305605+00
58	0	5	16821	almanac	journal	2026-11-22 07:25:54.305605+00
59	0	5	16828	almanac	reference	2026-11-22 07:25:54.305605+00
60	0	5	16786	almanac	servers	2026-11-22 07:25:54.305605+00
61	0	5	16796	almanac	recorder	2026-11-22 07:25:54.305605+00
62	0	5	16807	almanac	sources	2026-11-22 07:25:54.305605+00
63	0	5	16814	almanac	source_errors	2026-11-22 07:25:54.305605+00
64	0	5	16835	almanac	totals	2026-11-22 07:25:54.305605+00
65	0	5	16842	almanac	query_texts	2026-11-22 07:25:54.305605+00
66	0	5	16849	almanac	roles	2026-11-22 07:25:54.305605+00
67	0	5	16855	almanac	statement_keys	2026-11-22 07:25:54.305605+00
68	0	5	16865	almanac	table_keys	2026-11-22 07:25:54.305605+00
69	0	5	16876	almanac	index_keys	2026-11-22 07:25:54.305605+00
70	0	5	16887	almanac	database_keys	2026-11-22 07:25:54.305605+00
71	0	5	16897	almanac	system_keys	2026-11-22 07:25:54.305605+00
72	0	5	16907	almanac	io_keys	2026-11-22 07:25:54.305605+00
73	0	5	16919	almanac	replication_keys	2026-11-22 07:25:54.305605+00
74	0	5	16931	almanac	snapshot_keys	2026-11-22 07:25:54.305605+00
75	0	0	1260	pg_catalog	pg_authid	2026-11-22 07:25:54.305605+00
76	0	0	6100	pg_catalog	pg_subscription	2026-11-22 07:25:54.305605+00
77	0	0	1262	pg_catalog	pg_database	2026-11-22 07:25:54.305605+00
78	0	0	2964	pg_catalog	pg_db_role_setting	2026-11-22 07:25:54.305605+00
79	0	0	1213	pg_catalog	pg_tablespace	2026-11-22 07:25:54.305605+00
80	0	0	1261	pg_catalog	pg_auth_members	2026-11-22 07:25:54.305605+00
81	0	0	1214	pg_catalog	pg_shdepend	2026-11-22 07:25:54.305605+00
82	0	0	2396	pg_catalog	pg_shdescription	2026-11-22 07:25:54.305605+00
83	0	0	6000	pg_catalog	pg_replication_origin	2026-11-22 07:25:54.305605+00
84	0	0	3592	pg_catalog	pg_shseclabel	2026-11-22 07:25:54.305605+00
85	0	0	6243	pg_catalog	pg_parameter_acl	2026-11-22 07:25:54.305605+00
86	0	17115	17117	public	orders	2026-11-22 07:25:55.685902+00
87	0	17115	17125	public	customers	2026-11-22 07:25:55.685902+00
88	0	17115	2619	pg_catalog	pg_statistic	2026-11-22 07:25:55.685902+00
89	0	17115	1247	pg_catalog	pg_type	2026-11-22 07:25:55.685902+00
90	0	17115	3118	pg_catalog	pg_foreign_table	2026-11-22 07:25:55.685902+00
91	0	17115	3429	pg_catalog	pg_statistic_ext_data	2026-11-22 07:25:55.685902+00
92	0	17115	1418	pg_catalog	pg_user_mapping	2026-11-22 07:25:55.685902+00
93	0	17115	1249	pg_catalog	pg_attribute	2026-11-22 07:25:55.685902+00
94	0	17115	1255	pg_catalog	pg_proc	2026-11-22 07:25:55.685902+00
95	0	17115	1259	pg_catalog	pg_class	2026-11-22 07:25:55.685902+00
96	0	17115	2604	pg_catalog	pg_attrdef	2026-11-22 07:25:55.685902+00
97	0	17115	2606	pg_catalog	pg_constraint	2026-11-22 07:25:55.685902+00
98	0	17115	2611	pg_catalog	pg_inherits	2026-11-22 07:25:55.685902+00
99	0	17115	2610	pg_catalog	pg_index	2026-11-22 07:25:55.685902+00
100	0	17115	2617	pg_catalog	pg_operator	2026-11-22 07:25:55.685902+00
101	0	17115	2753	pg_catalog	pg_opfamily	2026-11-22 07:25:55.685902+00
102	0	17115	2616	pg_catalog	pg_opclass	2026-11-22 07:25:55.685902+00
103	0	17115	2601	pg_catalog	pg_am	2026-11-22 07:25:55.685902+00
104	0	17115	2602	pg_catalog	pg_amop	2026-11-22 07:25:55.685902+00
105	0	17115	2603	pg_catalog	pg_amproc	2026-11-22 07:25:55.685902+00
106	0	17115	2612	pg_catalog	pg_language	2026-11-22 07:25:55.685902+00
107	0	17115	2995	pg_catalog	pg_largeobject_metadata	2026-11-22 07:25:55.685902+00
108	0	17115	2600	pg_catalog	pg_aggregate	2026-11-22 07:25:55.685902+00
109	0	17115	3381	pg_catalog	pg_statistic_ext	2026-11-22 07:25:55.685902+00
110	0	17115	2618	pg_catalog	pg_rewrite	2026-11-22 07:25:55.685902+00
111	0	17115	2620	pg_catalog	pg_trigger	2026-11-22 07:25:55.685902+00
112	0	17115	3466	pg_catalog	pg_event_trigger	2026-11-22 07:25:55.685902+00
113	0	17115	2609	pg_catalog	pg_description	2026-11-22 07:25:55.685902+00
114	0	17115	2605	pg_catalog	pg_cast	2026-11-22 07:25:55.685902+00
115	0	17115	3501	pg_catalog	pg_enum	2026-11-22 07:25:55.685902+00
116	0	17115	2615	pg_catalog	pg_namespace	2026-11-22 07:25:55.685902+00
117	0	17115	2607	pg_catalog	pg_conversion	2026-11-22 07:25:55.685902+00
118	0	17115	2608	pg_catalog	pg_depend	2026-11-22 07:25:55.685902+00
119	0	17115	3602	pg_catalog	pg_ts_config	2026-11-22 07:25:55.685902+00
120	0	17115	3603	pg_catalog	pg_ts_config_map	2026-11-22 07:25:55.685902+00
121	0	17115	3600	pg_catalog	pg_ts_dict	2026-11-22 07:25:55.685902+00
122	0	17115	3601	pg_catalog	pg_ts_parser	2026-11-22 07:25:55.685902+00
123	0	17115	3764	pg_catalog	pg_ts_template	2026-11-22 07:25:55.685902+00
124	0	17115	3079	pg_catalog	pg_extension	2026-11-22 07:25:55.685902+00
125	0	17115	2328	pg_catalog	pg_foreign_data_wrapper	2026-11-22 07:25:55.685902+00
126	0	17115	1417	pg_catalog	pg_foreign_server	2026-11-22 07:25:55.685902+00
127	0	17115	3256	pg_catalog	pg_policy	2026-11-22 07:25:55.685902+00
128	0	17115	826	pg_catalog	pg_default_acl	2026-11-22 07:25:55.685902+00
129	0	17115	3394	pg_catalog	pg_init_privs	2026-11-22 07:25:55.685902+00
130	0	17115	3596	pg_catalog	pg_seclabel	2026-11-22 07:25:55.685902+00
131	0	17115	3456	pg_catalog	pg_collation	2026-11-22 07:25:55.685902+00
132	0	17115	3350	pg_catalog	pg_partitioned_table	2026-11-22 07:25:55.685902+00
133	0	17115	3541	pg_catalog	pg_range	2026-11-22 07:25:55.685902+00
134	0	17115	3576	pg_catalog	pg_transform	2026-11-22 07:25:55.685902+00
135	0	17115	2224	pg_catalog	pg_sequence	2026-11-22 07:25:55.685902+00
136	0	17115	6104	pg_catalog	pg_publication	2026-11-22 07:25:55.685902+00
137	0	17115	6237	pg_catalog	pg_publication_namespace	2026-11-22 07:25:55.685902+00
138	0	17115	6106	pg_catalog	pg_publication_rel	2026-11-22 07:25:55.685902+00
139	0	17115	6102	pg_catalog	pg_subscription_rel	2026-11-22 07:25:55.685902+00
140	0	17115	2613	pg_catalog	pg_largeobject	2026-11-22 07:25:55.685902+00
141	0	17115	13391	information_schema	sql_features	2026-11-22 07:25:55.685902+00
142	0	17115	13396	information_schema	sql_implementation_info	2026-11-22 07:25:55.685902+00
143	0	17115	13401	information_schema	sql_parts	2026-11-22 07:25:55.685902+00
144	0	17115	13406	information_schema	sql_sizing	2026-11-22 07:25:55.685902+00
145	0	5	17174	almanac	statement_raw_p20261110	2026-11-22 07:26:46.659391+00
146	0	5	17180	almanac	statement_raw_p20261111	2026-11-22 07:26:46.659391+00
147	0	5	17200	almanac	table_raw_p20261110	2026-11-22 07:26:46.659391+00
148	0	5	17187	almanac	statement_raw_p20261112	2026-11-22 07:26:46.659391+00
149	0	5	17193	almanac	statement_raw_p20261113	2026-11-22 07:26:46.659391+00
150	0	5	17206	almanac	table_raw_p20261111	2026-11-22 07:26:46.659391+00
151	0	5	17212	almanac	table_raw_p20261112	2026-11-22 07:26:46.659391+00
152	0	5	17218	almanac	table_raw_p20261113	2026-11-22 07:26:46.659391+00
153	0	5	17224	almanac	table_raw_p20261114	2026-11-22 07:26:46.659391+00
154	0	5	17231	almanac	system_raw_p20261110	2026-11-22 07:26:46.659391+00
155	0	5	17237	almanac	system_raw_p20261111	2026-11-22 07:26:46.659391+00
156	0	5	17243	almanac	system_raw_p20261112	2026-11-22 07:26:46.659391+00
157	0	5	17249	almanac	system_raw_p20261113	2026-11-22 07:26:46.659391+00
158	0	5	17255	almanac	system_raw_p20261114	2026-11-22 07:26:46.659391+00
159	0	5	17261	almanac	database_raw_p20261110	2026-11-22 07:26:46.659391+00
160	0	5	17267	almanac	database_raw_p20261111	2026-11-22 07:26:46.659391+00
161	0	5	17273	almanac	database_raw_p20261112	2026-11-22 07:26:46.659391+00
162	0	5	17279	almanac	database_raw_p20261113	2026-11-22 07:26:46.659391+00
163	0	5	17285	almanac	database_raw_p20261114	2026-11-22 07:26:46.659391+00
164	0	5	17132	almanac	statement_raw_p20261122	2026-11-22 07:26:46.659391+00
165	0	5	17138	almanac	table_raw_p20261122	2026-11-22 07:26:46.659391+00
166	0	5	17145	almanac	index_raw_p20261122	2026-11-22 07:26:46.659391+00
167	0	5	17151	almanac	database_raw_p20261122	2026-11-22 07:26:46.659391+00
168	0	5	17157	almanac	system_raw_p20261122	2026-11-22 07:26:46.659391+00
169	0	5	17163	almanac	snapshot_raw_p20261122	2026-11-22 07:26:46.659391+00
170	0	17115	17291	public	gone	2026-11-22 07:26:46.659391+00
\.
COPY almanac.table_raw_p20261110 FROM stdin;
2026-11-10 00:30:00+00	2026-11-10 23:30:00+00	1	94	12582912	\\x01b814a72c5e022f2d01731480c8b4a8feb781030100012dffffe5f3f0b781030280c8ceb40d03025600025c01028008a3608080040004808080018080800193ffff260000050028004001000a0050008002000000a00000050028004001000a0050008002001400a0808080018080800193ffff260000050028004001000a0000008002001400a00000050028004001000aa3608080020004808080018080800193ffff260000050028004001000a0050008002000000a00000050028004001000a0050008002001400a0808080018080800193ffff260000050028004001000a0000008002001400a00000050028004001000a08ab1a00dbb66ddbb6ed6ddbb66ddb360200068102aaaaaa2a5555551510933000fffefdfbf7ef7ffffefdfb3707830288c6fa88c6fa88c6fa88c6fa88c6fa08a2b13ea2b13ea2b13ea2b13ea2b13e0218a306d60f00078006a305020007800218b31b8080e6f3f0b781030001120113011901130107048080a0a39c8c02b8
\.
COPY almanac.table_raw_p20261111 FROM stdin;
2026-11-11 00:00:00+00	2026-11-11 23:30:00+00	1	96	12582912	\\x01a9bbc79d6002302d0173148080a1d1f4bc81030100012effb7d29ce7bc81030280c8ceb40d03025600025e01028008a36980800b00048080800193ffff260000050028004001000a0050008002001400a00000050028004001000a005000800200140000808080018080800193ffff260000050028004001000a0050008002001400a00000050028004001000a0050008002000000a080808001a36980800900048080800193ffff260000050028004001000a0050008002001400a00000050028004001000a005000800200140000808080018080800193ffff260000050028004001000a0050008002001400a00000050028004001000a0050008002000000a08080800108ab1a00b66ddbb66ddbb66ddbb66ddb6200068102aaaaaa2a5555551510933100bf7ffffefdfbbf7ffffefdfb0783021aeb231aeb231aeb231aeb231aeb231a35d64734d64734d64734d64734d647340218a306f01100078006a32760000486613220cbb22ccbb22ccbb22ccb800280028661802ccbb22ccbb22ccbb22ccb8002800218b31b80c0acac89bc810300010b0113011a0113010f048080a0a39c8c02b8
\.
COPY almanac.table_raw_p20261112 FROM stdin;
2026-11-12 00:00:00+00	2026-11-12 23:30:00+00	1	96	12582912	\\x01a938a7c06002302d0173148080dcaef8c181030100012effb78dfaeac181030280c8ceb40d03025600025e01028008a36980801300048080800193ffff260000050028004001000a0050008002001400000000050028004001000a0050008002001400a0808080018080800193ffff260000050028004001000a0050008002000000a00000050028004001000a0050008002001400a080808001a36980801100048080800193ffff260000050028004001000a0050008002001400000000050028004001000a0050008002001400a0808080018080800193ffff260000050028004001000a0050008002000000a00000050028004001000a0050008002001400a08080800108ab1b00b66ddbb66ddbb66ddbb66ddbc20100068102aaaaaa2a5555551510933100f7efdfbf7ffff7efdfbf7fff078302f5118df5118df5118df5118df5118df5eb231aeb231aeb231aeb231aeb231aeb0318a306901400078006a3275c00048661b22c03b22ccbb22ccbb22ccb800280028661b20cc8b22ccbb22ccbb22ccb8002800218b31e8080f3e4a1c081030000080080000008040040000004048080a0a39c8c02b8
\.
COPY almanac.table_raw_p20261113 FROM stdin;
2026-11-13 00:00:00+00	2026-11-13 23:30:00+00	1	96	12582912	\\x01fa090f166002302d0173148080978cfcc681030100012effb7c8d7eec681030280c8ceb40d03025600025e01028008a36980801b000493ffff260000050028004001000a0050008002001400a00000050028004001000a005000800200140000808080018080800193ffff260000050028004001000a0050008002001400a00000050028004001000a0050008002000000a08080800180808001a369808019000493ffff260000050028004001000a0050008002001400a00000050028004001000a005000800200140000808080018080800193ffff260000050028004001000a0050008002001400a00000050028004001000a0050008002000000a0808080018080800108ab1b00b66ddbb66ddbb66ddbb66ddba20200068102aaaaaa2a5555551510933000fefdfbf7efdffefdfbf7efdf07830288c6fa88c6fa88c6fa88c6fa88c6fa08a2b13ea2b13ea2b13ea2b13ea2b13e0218a306b01600078006a3275800048661b22ccb3220cbb22ccbb22ccb800280028661b22ccb802ccbb22ccbb22ccb8002800218b31b80e0dcb9c6c6810300010f0113011a0113010b048080a0a39c8c02b8
\.
COPY almanac.table_raw_p20261114 FROM stdin;
2026-11-14 00:00:00+00	2026-11-14 04:00:00+00	1	18	12582912	\\x015cc9fd801202092d0173128080d2e9ffcb81030001ffb783b5f2cb81030280c8ceb40d03025600021001028008832d051300600400240028018009004e008002801400a800600000230020014009004c007002001400a40040050003832d051300200400220018010009004a006002801300a00020000021001001c00800480050020013009c000005000108ab0c00b66d03820300040299650610830b050443658710325476082118a306d01800048006930d00fffe0104835488c6fa88c6fa18b31480a0a3f2deca810300008080048080a0a39c8c02b8
\.
COPY almanac.table_raw_p20261122 FROM stdin;
2026-11-22 07:25:54.312121+00	2026-11-22 07:26:01.781528+00	0	192	-2	\\x01750609a4c0013f072d00031ab9cf8ec0f2fac001a5f653d99349b8b5499aca49ee8e4ea1da498b04007e000013050100013e01831a00037100db49ecd871902449600c00e004499024490200b06c1b01931d00053a1008548140814081565503e3076ab5aaea071208040206808010b3c00180802affff04ffff20ffff018080018080a901ffff0affff7cffff1d80800fffff1280800c80800fffff12808001ffff01808013ffff09ffff07ffff08808008ffff04808068ffff63ffff04808058ffff50ffff06808007808002808035ffff37808002ff7fff7f00808005ffff0700ffff020080800bffff0b80801cffff19808005ffff06808001ff7f00808002ffff020080800cffff060000ffff0300808004ffff02ff7f000161010101010101010d010b04100040008000200040004033b40180801cffff04ffff15ff7f0080808001ffff12ffff55ffff15808007ffff0780800a808008ffff0b808001ffff01808006ffff01ffff03ffff04808006ffff05808013ffff11ff7f80803affff33ffff0580800580800180801affff1a808002ffff010000808004ffff0700ff7f00808009ffff08808012ffff10808004ffff04808001ff7f0000000080800cffff060000ffff040080800100ff7f000161010101010101010d010b8040808002804080408040b3a001808004808009ffff0aff7f80800180802a808001ffff1fffff08808008ffff09808002808007ffff06000080800dffff07ffff04ffff02808001808001808001808002ffff0380801effff1bff7f80800180800280801bffff1c00000000000000ffff0100808002ffff0280800affff08808002ffff01000000808001ffff0100ff7f00000080800100808003ffff01ff7f0001610105010d010b0480808001a36880800affff08000000ff7f808007ffff0680800100ff7f00000000000000808001ff7f80800100808054ffff530000ff7f00808001ff7f000000808001ff7f008080010000000000000000ff7f00000000808001ff7f00808001000000000000ff7f808001001400933400000020f0037e00003f0000000400f801004010082410080404049122222222229222070281202008040281c082280808020103932a0115010606070611061c01100622012400062886a4102f0000000080c00604292222020303deb60103071ba20101009601042600fac5eff7ab7ebf7e807ea9aafc1cf8954a1505c07ebfdf0f9e02bf04020202020208e215080808080892040303030303ce0c0404040404a801b50172f10102020202027d02020202020587010202020202602b03020202020611379c012001ed06ed02170303030303d50aac010739020202020205050bbb04d80210041d16010b0802020101010101020202020202120e0c0c0c0c0101010101011b8e0101009601042600fac5eff72b7ebf7e807e89a2fc1cf815421000007ebf1f002da802020202020208c24a0e0e0e0e0eb6040303030303b40a0404040404f60160930202020202029603020202020203e4210202020202ae013b07060606060611691c95044f140202020202e31ad8020e3402020202020303840110160201010101010202020202020814171717171342000844201028028102800288a204040814421000f82d10180066088f0a2f72111c2e040101010102110495040201b4070201015d0808070a0a0a0a0a080201010802932d00084020100000010000000000040008000210000020f0f30104078155b18b08844e8840201008040204a8aa0a1337000a44201028028102800288a20404081442100000000000001066088f0a2f72111c2e040101010102110495040201b4070201015d0808932b00084020100000010000000000040008000210000020f0f301040681189548f09d48100441100404a8aa0a00b36120a001af010f00ca42f341bc07ef0716375c530500010200010004031c1307aa08a508030201f62af52a000000000401000100dc04db0400100f00100f00000000000000000000000000000100016009050105020a04851fe06aadb5c632462c01737f8e017f0d0000c201351f6b000000000000000000000000000605000000000201403f000000000a09000000525100000000100f00000000000000000000000000000083c1102c0806c0403b48b0120082df000020cc0110d214dc0119d60222385c1002020202042208aa080404e80e300202e0011020020202020202021004338e01ae012cc9010f0000f001ef012216375c4b0d0001020001000403281f07aa08a5080304030000000000004643000100000000100f00201f0000000000000000000000000000008341102c0806c0403b48b012fe83ff070010cd0110c914a301c10222385c1002020202042208aa080403e80e250202e1011018070a0a0a0a0a080202020101010101080a0a0a0a0a33860120ac01bb010f009e14bf138601c10116375c53050001020001000403221907aa08a508030201e80ee70e000000000401000100ba01b90100100f00100f0000000000000000000000000000008241102c0806c0403b48b012fe8360000066088f0a2f72111c2e040101010102110495040201b4070201015d0808070a0a0a0a0a08020101080220ab1a010d070707470413023eb287a183ddf58103d2479027d60404001993260008402010000200000000802000040800020000a8241008000505c21712823922841142080113990100fac5eff72b7ebf7ebf7e89a2fc1cf815421000f8edf7fb0132c304020202020218b5240808080808ba09050303030391112a2a2a2a2ab9019b01da020e0e0e0e0ecc02020202020208ae0a02020202020902020202029a012e03020202020618a80124b009562002020202028e16ac0107850107070707070606ff02202e070a0a0a0c0a0f04060101010101070606060606081c202020209b28010096010426000840201020000000000000200004000000008040028140000404922322284222011bab0101009601042600fac5eff7ab7ebf7e807ea9aafc1cf8954a1585df7ebfdf0fc004a00c060606060611b6541212121212860c0b09090909b9210a0a0a0a0acd01d102e401d302040404040492020606060606098e010404040404cb015d080606060608156ec10130018816f4021e05050505059033d8020e4902020202020a0a16c40ab00519053a200216080a0a0a0a0a120408010101010104020202020223100c0c0c0c0202020202021b1c01000d070707042902010c0307070102150a020315070e011f01480b1b2301000d070707042902010c0307070102150a020315070e0101010c01100148060cc9018b1901000d070707042902010c0307070102150a020315070e07001b2301000d070707042902010c0307070102150a020315070e0101010c01100148070a8401a363a8069e03c5090000ca42ef0fc72a9108de01dd01c402fa09990a3ed302d40ef103e70a07a802a7029c029b0200a250d74cc90308f801f628bb2a9408930837080701000000dc04db04d60cd50c0c0b000000000000940bfb0a031a2f00000000001400a34326071d0000bc0104a1011d060508141702030c03070104031c1b005853030202262704030000000100000008071c1b0201000000000000100d00000100000000001400a34226071d00007c44b50109060508141702030c03070104031c1b005853030202141504030000000100000004031c1b0201000000000000100d00000100000000001400832b0580980b80980b80980b80980b86980b00000000000000000000000000000000000000609aa6699a80e40b020218
2026-11-22 07:25:54.312121+00	2026-11-22 07:26:01.78195+00	1	204	-1	\\x011260eb26cc0140142d010337b9cf8ec0f2fac001971ad3fc52bb5fac03ebf947c29601a703bdce48d463a00391cd48e9799904cbd44c8ab601a604d1a148aab401a6036b28010311caeca701d32dd185168e6e0ba6a901db650dd502a82cf201f28e08c4781af3e508bf03ff0113050100013f40931500ffefc2e3d83354000403d92639896c3b800a032d83200602888a8a8aa2a82a22a2a96aa96aaa9aaa810209ffffffffffffff80048004933900454412a812180804f64110040f82e041300882e020f86030f80f048080108a02ffffffffffffff0f00000000000000000000000080028002b3d70180800200ff7f80800180800100ff7f008080010000808007ffff06808007ffff07808008ff7fffff06808006ffff04ff7f80800100808008808021ffff0effff1a0080800180805d808035ffff77ffff1980800fffff0f80800a808011ffff12808001ffff01808013ffff09ffff07ffff08808008ffff04808058ffff57ff7f80804affff42ffff06808007808002808018ffff1a808002ff7fff7f00808001ffff060000010101020102010205050102011a055504110040008000800100080004002c00280030006000c000800100040002000c001093c20100b8bbed17fcf707fc13fefffff8ff5fffffffffbf1fc8dfffff01008080800180808001808080011000a000e011000001c002808080010e0020808080018080800580808005808080051000a01000a0110020004001000300070012808080068080801e808080138080804680808064808080121000e080808008808080121000c080808007808080058080800b808080091000a080808006120040021300000680808006808080051000c0808080121000a01000e01000a01000a01000a01000a0b3b901808001000080800180800100ff7f00000000808002ffff01808002ffff0280800300ffff010000ff7f8080010080800200808005ffff0700808001808018808010ffff1effff08808008ffff07808002808007ffff06000080800dffff07ffff04ffff02808001808001808001ff7fff7f80801affff17ff7f80800180800280800cffff0d0000000000ffff01000000927490000000240000000000000000000000040f002000100010000c00060002000180004000200010a36880800100ff7f000000000080800100000000000000ff7f008080010000000000808009ffff08000000ff7f808007ffff0680800100ff7f00000000000000808001ff7f80800100808045ffff440000ff7f00808001ff7f000000808001ff7f0080800100000014009335008ab82d50e5e0070800ff0f000880000120f881000000000000000403491859d6242904115555552142861a042143b57b42222222934e0000b82d00e0e0070800be0f000880000120f8810000000000000004092828e448578eb365020e1c386820418204090d1240004001c6404a10150aa50fe883bb401fe2540316c00110000394241d738f01000000000000000000000000000000000000000000000000182a410000ae04a1048c0397031413b001a70107141300121100000a090002012221080702010000000000000000009eff918761187e104208218400420821040f281d040402080902010201060403020c0914071a0710080603b60504040404040b0f81041af1029d01160822050405880103020202029377000013e007e0e707f8013e00fcf8ff5fffef07fc1f1f80dfef070000020a030503e2b601046866668012025705011f0534e79c330a8b9e70c209279c00068d288aa20808b21111111111020207628542a15000078d6eb7dbed02098b0e1e3c78f02080460571adb516800405464a2925025705042164a8133d00b8b86d102c200000007e0004088040010000000000000020000014050701140507553b96016a04010106010101285078a001c801f40304340a0205131312010b033b0521015c1405070412367aea010293070149057e00011f1312010b033b0521015c1405070412366ed3010200935700b8bbed17fcf707fc13fe0ffcf8815f3f00000000000000e0070000065406020107065406020855900996000281083e0101033e811a7e81087e8004030602030a27d8d10e63530280e8078008806880140202800a80269318010b031e0716052106570006540602800806855060308004935400b8bbed17ecf7070012fe0ffcf8815f3f00000000000000e0070000065406020107072819100855900996000281083e0101033e013f810c7e020302020b2d80c44fb4d44080e8078008806880180202800a8026935400b8bbed17ecf7070012fe0ffcf8815f3f00000000000000e0070000065406020107065406020855900996000281083e0101033e013f02fe3f020302020a28e0010f64580280e8078008806880140202800a802608ab24012424840198b5edc9dcf581038606c4d3038feb02d00398036a860292199c088806050000ab210124248401a2fbe7c9dcf58103a20cb8d004709001ce017a7cda0d9c04b60c0500001993240103010301030103020102010106010501020107011b06140168050349a82f0997256a0093990100b8bbed07ece707f801fe0ffcf8ff5fffeffffd1f1f80dfef07000006a7e200023e067d750107da2208aa7d03eeb601030d047a6766811c01034c92000a33f4810f74080309f5071848c0e001053ee79c330a105e70c105175c000586524a290903234488102102040a07788542a15000070aa150281402072d341a8d460303942401803a05d318630c800405464a2925025705053988410a931f01030103010301030102020101060105012601020101017d0403126d91a40873a3010000000000000000000000000000000000000000000000a809f50876a7010000820ce50bfe0699073231c801b3011318170026250000141300020124230c0ba0019f01000000000000000000beff91876119fe104208218400420821840f543f080c075a3b018c04a901920793021e0f070c2e27280f2e0f2210010a05ec0aa801a601a401de018e05a5091741a70b34c906b1012c084a0b060b8801059901040404048b170100061724031f060606022601011007060901020407008b170100061724031f060606022601011007060901020407008b170100061724031f060606022601011007060901020407008b170100061724031f06060602260101100706090102040700a35e01000000000000000000001c190403040205020100000100aa069e03c5090000dc2ffe02a52cb306de01dd01c402fa09990a3ed302d40ef103e70a07a802a7029c029b0200a250d74cc90308f801ce1a931c940893083708070100001400a34400000000000000000000000201020102000102010000000034151d000082013ea3011b060508141702030c03070104031c1b005853030202181904030000000100001400a34400000000000000000000000201020102000102010000000034151d000082013ea3011b060508141702030c03070104031c1b005853030202181904030000000100001400a343e40b000000000000000000004b0006050000000000000062041f45000000000034330000000000000000000000000000000000000000003c3b00000000000000001400020218
2026-11-22 07:25:55.674915+00	2026-11-22 07:26:01.758446+00	2	37	131071	\\x01320dceb72511062d000317a3e6e1c0f2fac001d2dc48a6e84985b449cdd24d81dc495b06003e000c020113060001000080017306000040040a090183070601ff2008821fa32c808003808007ffff0780801cffff1b808007ffff06808001ff7f00808002ffff020080800cffff0600000500932200aa1f00001e001000e0120040021000a080808001110080011000a01000a01000a0a32380800200ff7f80800affff09808003ffff01000000808001ffff0100ff7f0000000500930b001f00007e1e04808080018307050100c0070000018b1001002104040304002049120001f07d008b0a010021040401801f000013050107011d0113050107011d010113050107011d010083060401801f000083060401801f000093070107061800800483060401801f0000281913050107011d01830804020080550100001b090100210401070119018b1401002104040408000040222202000200aaa22a008b08001f00007e1e04008b08001f00007e1e04008b08001f00007e1e04008b08001f00007e1e04001310002a0000001ed501ab0606ca050c0a17930c002a0000001e0404e3811101930c002a0000001e0404e381110102980b020218
\.
COPY almanac.totals FROM stdin;
3	\\x016ceae7d780028002010d0002fc8aad87e5f58103001306010001ff01010983621403ffa55f9224498afe4b7a22e99212295124498aa424571231499224ba24254a142951142989a2e4bbfe8724b76ddba524d9fe3f7fa2244992d8b69dd84e9224496c3bb1133b4e92d88993244912277192c44992244992244992244992c4491c27839d010580f29e9d80e5f5810380f29e9d80e5f5810380f29e9d80e5f5810380f29e9d80e5f5810395f29e9d80e5f5810300000000000000808b0670d1002e1ac04503b86800170de0a2015c34808b0670d1002e1ac04503b86800170de0a2015c34808b0670d1002e1a80da32555ba66acb546d99aa2d53b565aab64cd596a9da32555ba680c6ccc381e5f5810380c6ccc381e5f5810380c6ccc381e5f58103239e04b084ad87e5f581030000f3f8e70500f4f8e70500f3f8e705000000000000000000c9eca701caeca701f4f8e7050000f3f8e7050000f4f8e705bde58f0700caeca7010000f4f8e705f3f8e7050000c9eca70100caeca70100c9eca70100caeca701c9eca701caeca7010000000000c9eca701caeca7010000c9eca7010000bee58f07f3f8e705c9eca7010000caeca701a292a502ebfecc030000000000000000caeca701f4f8e705f3f8e705000000c9eca70100caeca701c9eca70100caeca701c9eca701caeca70100c9eca70100caeca701c9eca701caeca701c9eca701caeca70100c9eca7010000caeca701c9eca701caeca701c9eca70100bee58f07c1d1d504c2d1d504f3f8e705f4f8e7050000bde58f07ecfecc03000000efea9201000000000000c2d1d504f3f8e70500c9eca701000000fc93ba02008ed8d504000000dbb78f07dcb78f0700dbb78f0700f4bea701f3bea7010000000000000000bcc88c07000000000095cfe6050096cfe605000095cfe60500000000000000000096cfe60500000095cfe6050096cfe6050095cfe6050096cfe6050095cfe60596cfe60595cfe6050000000096cfe6050095cfe6050096cfe60595cfe60500000000000000000096cfe60595cfe605000096cfe60595cfe6050000000096cfe60595cfe60500000000000000000000000000000000000000000000000000000000000096cfe60595cfe605000096cfe60595cfe60596cfe60595cfe605002bf10100fffffdf367fa1d63003f696a94bfff1f7e13c0cf017866c10420820000008028bee58f070000f3f8e70500f4f8e70500f3f8e70500000000000000000000f4f8e7050000f3f8e7050000f4f8e705f3f8e7050000f4f8e705f3f8e7050000000000000000000000000000f4f8e705f3f8e70500a292a502a192a502f4f8e705f3f8e70500000000000000000000000000f4f8e705c1d1d504c2d1d504f3f8e705f4f8e7050000d1e6c203000000efea9201000000000000c2d1d504f3f8e70500b2a7920100e0a3d5040000000000e5f8e705a090bf04000000000000000000000000000000000000000000000000000023b90380800c808015ffff1b808003808012ffff07ffff0d808001ff7fffff010000808002ffff010000ff7f0080800100808003808001ffff03000000000080800400ff7f00ff7fffff0100ff7f00808001808002ffff0200000080800100000000ff7f0080801fffff1d00ff7f000080800100000000808010ffff02ffff0c00808002ffff010000000000000000000000ff7f00808001ff7f000000808003ffff02808005ff7fffff020000ff7f00808001ff7f000000000000008080010000000000ff7f008080010000000000000000808002ffff01000000ff7f000000808001000000ff7f8080010000000000ff7f00808001ff7f000000000000808003ffff01808002808007808014ffff1a80800180800affff03ffff06808001ffff02ff7f0080800100000000ff7f0080800100808003808001ffff03000000000080800400ff7f00ff7fffff0100ff7f00808001808002ffff0200000080800100ff7f0000000080801bffff1900ff7f000080800100000000808008ffff01ffff0500808002ffff0100000000000000ff7f00000000000000000000808001ff7f808005ff7fffff0380800100ff7f00808001ff7f0000000000000013ab0100ff5efdf367da1d63003f696a14bb97167c13c0feb17866c10422c60000108028d502cc01ac039d018d04fd11b10ab10275331c2b6e723fbc0143440203642d3d200333030303119e02373369140c01ed0606e702180eeb059d062a1903020302080bbb04d80210041d16010b0a070c500620060501010101130107162444081414db020f0f501594010a03820381022a0202061273252a212f3c19270a2a0f01ba030d01010f04060505138d0100ff56fcf367d81c63003f2142001a0306580340fe817866410020c60000008000f302af03c602348f04b947c20ab901dc0122295261bc013fe3020102c3212c3d6f0258020303112f225826089504044b120dba0fae0e391a02020202089b011016070c7805050111132308131309506790010303cb06f7011004217325b903ff0a2f3c73480a600701011e06138d0100ff56fcf367d81c63003f2142001a0306580340fe817866410020c60000008000a6029f0294021e8d04fb46b9098f01d40122283861bc013fe1020102c2212c3d6f0258020303112d224714089504044b110da80fa10e2816020102010884011016070c3e0205011113230813130550678e010303cb06f7011002217325b903ff0a2f3c73480a600701011e0693270100060201030125010a022807010e040213035e0108060351524a5a25498a244992284912c50013cc0100fffffdf367fa1d63003f696a94bfff1f7e13c0fff37966c10422c60000108028a2079305b1088d04d11cbf38eb17c807b80288014539521d8c011de40170f70195019b010405683a7e44097409040415c0046e457c051a1101881609eb022611c81aae1b3122050505051116c40ab00519053a2002163a160a030e630c420a2723920193019201820283028302081a020409112a388b010f2828b605fc068f05d904a60130b6021d6ff3069c046e0b05050309031d7e505a27357d3c540f5a1e01c0031302294a080e0a0a0083710405eb93521d2922042184100389544b9264b7820217044001052170214208420821de1282025d550500034912c68d9424800280028102d84f052184104208617d52de22035522494aa45a039224bba5948805218420440821042e4408042122228a2224222281020740036ea42449922493e40100fff9fcff27181cffff03a00d00000000d84f00fef3f9ffcf3038feff07401b00040dadac958d8931510a4b6182481009e20dbc8137f006de802810050a1f7f2c8924b1c472c001b1c71e3baeb8124000250d8ec01144d072500e0800010004800010ecaa5dd5013ac089e8000a1d04104001050410804b2baf6c800101042080000c0dd00003300001d0caad3c2663e2beeeab199aa1196ff0060a6fbcf18628a27cfcb12492c412cb0107c41e7bec0db802571000024009288323700411b41c940302400000012000040b273f79073a70a20e742000012840010210806aac6c650336
8	\\x0187f17156070701110002d2f3ac87e5f5810300830300010109830404810c3f23118cb99c80e5f581030000000000aabfa80102d2f3ac87e5f5810302d2f08c07020e831204125960580a013f04c601e7829870003d27030f8962f726d72a990ee478ae22a0b201030b22cd0107009b0bd201de07030916280700ac045c9a038309040805200100cd1ea509030d94078507b00300ac3cbc10b42e831104115014fa957430b81ce0b2dbe38ae15a010b050002b1df282316dca18e07878101abaa03adf801c4e707e12dc5e8a801
1	\\x013db73badb802b8020131000288a1ad87e5f5810300130a0100010b01ab0215c80709835b05090102040810002142840811222c2020808000020208082020808000020208082020808000810255555555810255555555810255555555810255555555810255555555810255555555810255555555810255555555810255555583ca0b06a880a08990fdb981030f84173fef0f84173fef0f84173fef0f84173fef0f84173fef00a91bd50b00a91bd50b00a91bd50b00a91bd50b00a91bd50b00a91bd50bbacb293fef00000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c46108a480a08990fdb98103000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86a480a08990fdb98103000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86a480a08990fdb98103000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86a480a08990fdb98103000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c86000000000080461c8683ca0b06a880c0acac89bc81030f1c53dde60f1c53dde60f1c53dde60f1c53dde60f1c53dde64418b0dde64418b0dde64418b0dde64418b0dde64418b0dde64418b0dde64418b0dde60068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c4610800000000000068c461080000000000a480c0acac89bc81030068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c4610800000000a480c0acac89bc81030068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c4610800000000a480c0acac89bc81030068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c4610800000000a480c0acac89bc81030068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c46108000000000068c461080000000083a20a0525f5ab1400a07e950200d4af520080fa550a0050bf4a01006a1e50a872cd030a55ae7940a1ca350f2854b9e601852ad73ca050e51a7e2e00008074d21a004827ad0100d2496b00209db406004827ad018074d21a00209db40600d2496b008074d21a004827ad0100d2496b00209db406004827ad018074d21a00209db40600d2496b008074d21a004827ad0100d2496b00209db40621004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b21004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b004827ad014827ad01209db406209db4068074d21a8074d21a00d2496b00d2496b83c801050a010410400001cc58618515565861010814c0c00110246000010a18e00002120c8040010c1c004102840613375b0f25496d13375b0f25496d133784065b0f25496d13375b0f25496d13375b0f840625496d13375b0f25496d13375b0f254984066d13375b0f25496d13375b0f25496d138406375b0f25496d13375b0f25496d13375b84060f25496d13375b0f25496d13375b0f258406496d13375b0f25496d13375b0f25496d840613375b0f25496d13375b0f25496d133784065b0f25496d13375b0f25496d83e102050cf4010000000000608480ba8233d886d059000640000a60000e800012a00016c0001ae0001e00012220012640012a6001072e8c4c63e3e83c3e90506424294d4e94546565695d5e985866a6a96d877036804ee023080d468452e164481d568856e2a5882d668c5ae3e6c83d08ae58b25ab65cba5ebe60c262c664ca66ce68d26ad66cda6ede70e272e674ea7688f00176007a027e04820686088a0a8e0c920e96109a129e14a216a618aa1aae1cb21e88b00296009a029e04a206a608aa0aae0cb20eb610ba12be14c216c618ca1ace1cd21e88f002b600ba02be04c206c608ca0ace0cd20ed610da12de14e216e618ea1aee1cf21e09aeb1c9d6669b9b6e6fbec10917679c9c7273ced14957679d9d7677dee18997679e9e7a7b89f003f600e813e08f80400306112854e09081440716216894e09182480b2631a8d4e092834c0f89b00416016814e0918048032611a854e092814c073621e894e09382500b83d50505150305805400ec2b8079024077300878fb32729fe1ed1abc9df1b80b02f7b872414e0d743a010168501608246b420b2df0ae06b12140c50ee45101dd6d107408948242822e90e2008d27403c10546901b973d0d10812049a2aff450185b416341b890143659e7c4974b1ea03407886a219a432693043dc9f6a4ce4c8ca3240ef87901c144a495f4353a1584fcc55a9614066897e1f8461298e43caa24652123c6d899040dd8a6c22f47809bd4341a43455ac8469bf40548c5a256490e9eb43b8a522581c9c49ee40cb8d4828d4a7c91a442fa7105b8cb3291d41428f362b44bfa94944a6a8fe5d127440084c41b990242eb4d68978441daaec60e457e87a413092123124ee69a74494ab3801546fc8a941a793003494054ad6440bad2604c486a8d8411e95ee36041d2a05c5d995140712349e8807429596dc3974340a34c55097020aa4b56836420c98ca3ce44bea62c5c798f00c14cd4865428399b83f5463ca91c53e9ade0f84e4289442fa9aa642c47aaac0c5b59bcc1212f4fb08c342719c944534928aef458484ba156413e9f142e89d8248a4a96a1e46fb85a818d42ac920435f9f704b14c12a23407287961b4442a94f43d6a05e4e84d80a5240e988841e12b459897e434da24c516c65e98040608a7221247169ad43c4a33a54dc7cc9af40d78b6024948849dc433ba528574c94a9de404e8d4e2704a0290b44b2a6165abcab890d41c58e3c2a1274b7093a4429a8045da438683c413c902a2de4cee96844a0a9f25f1450486b41b391183054e6c9974417ab3e008467289a412a930633c4fda9c6448eac2c03f47e08c941a194f4351234158af5c45c951a066496e8f7411896e238a42c6a24c5d3960809d4adc826428f97d03b14444a53c54a98f60b44c5a855420699be3e845b2a82c5c199e40eb4dc8884427d9aac4112f4720ab1c5389bd21124f468b342f49b9a44648aeadf450784c014940b49e2426b9d8847d4a1ca0e467e85ae170423291143e29e764a9b8e0e00ffffde7befbdf7de7befbdf7de7befbdf7de7befbdf7de7befbdf7de7befbdf7de7befbdf7de7b010515010d010e010d011c010d010e010d011c010d010e010d011c01090640f641e7c860ddf24121b481e35c5df141daa47ad60173f141357ecde52d73f14139b07b73605ff141a2be8e4b6e6bf141cdcccce47568b24100000000becd3e410000000000135341932449d2c6e57a410000000000b47a41000000000050934100006031cfdae5410000000000858e41a2aaaaaaa6f31641310cc300c54c6b4100000000002b7141c7711c71936991410000000000e271410000000000358d415555559dc0f9a641d8755d57ddd64e41555555581e4fb5410000000000856e410000007c215691410000000000c089410000000000859e4101000000006a98400000000000e326415355558da9c19e419ee779be70a48a410000000000dd8441210882fe794ca1410000000000499a410100003879568a410000000000e35641310cc364d5108241721cc79b7f1b9b410000000000c07941acaaaa46c31ea24100000000001393410000000000b43a41000000f0f05e7441000000000050734155555561fa679141acaaaac63bae9a410000000000869141c2304c56e88fcc410000000000e34641000000e098337e41000000000013734125499234533e9441812088b5178dc84100000000002ba14155555555b8f736410000000000852e410000000000c069410dc33020e1f78c410000000000d88741398e2304902ac5415555558da0849e41abaaaaaa6be550410000000000b45a4100000000002b8141b8ecb6dbedf68ddd988201f43c2fdafd16cd4a922449c870684a922465968884000000000000004a922449c8ca254a9224b19f86594a922449c805414a922449c81265198661283228814a922449c8b77b15455142f8cc954a92245471829c4a922449c8ca35f43ccf6375b2654a922449c8285e4a922449c87078d8755da4c98e914a922449c8286ea2e779165b1685942449d20ab6594a922449c84f554a922401f242764a922449c817724a922449c8a26e9ee7793c96db907a9ee7c9a664492ecbb2e00b1a6b4a922449c8284e4a9224c15eb7804a922449c8ba6c4a922449c8f981b0ebba6e979e3a4a922449c87028f43ccf4bdf77739ee77916895f754a922449c827690dc37055030ab14a922449c8a27ea1e7797ee388574a922449c8583aa0e779bed42a691545d1438d0ead4a922449c8957a4a9224f5b857794a922449c8ca754a922449c8281e010000e8197b594a922449c870582ecbf2258ad4a99fe779167673784a922449c87a74320cc3f84e5c8e4a922449c87048f43c2f1b9424cd4a922449c8ca559fe779162b237556555532d3c68b4a922449c8ca85120441908c691a4a922449c8280e4a922449c8ba4c6edbb68d405e6e4a922449c8226c4a9224c79e7388b8c088848281d4f2a6820135d334409ba09437d3342d4f533ee07ddff7affd2fe07ddff7af9f57a7effbc873ed73e07ddff7afda52e07ddfd35a2f841c4dd334d81933e07ddff7afce13e4beefebf62f49e07ddff7af6a4ce07ddff7aff25037d334fb3c937ae07ddff7afa06abb344d70737a84e07ddf971cff2de07ddff7affd1f34d3340508956be07ddff7af2d4ce07ddff7af2467b7f33ccd6c0a81e07ddff7af457ae07ddf8f317c64e07ddfaffb7f59e07ddff7afda42bb348dfad4e8a0e07ddff7aff260e07ddff7afa05a8a288a7e8a547a591cc7f1a6224405c7f1b759139de07ddff7af455a8b288a3a0d8a5ce07ddff7af455ae07ddff7affd6f60dff71dd4e12de07ddff7af9f17e07d1f8754209ae07ddfd762c857e07ddff7afe75672a2289a395073e07ddff7af8c6d35d3347d688f49e07ddff7af9f278b288a12a69c4e66dff767db1d6ee07ddff7af456a6e611883a78d83e07ddff7affd5fe07ddff7af2d0c7e655916f09740e07ddff7af2447b7f33c079cb26735d334487cc992e07ddff7af7760e07ddfa50c1e7de07ddff7af9f37e07ddf6b676c5ce07ddff7affd3f8a288a1e25f67e5a1cc7f9a6617be07ddff7afce7300000000000000e07ddff7af451ab8cc9ecfe7f3c19d8a82015a188661f8ef5605c3f0a7df50c75a188661f8a67705c33076841195218a220713fda608c330fc7274845a188661f8d7485a188661f87870a3aaaac65ab08e5a188661f8148904c3308247e89508c330fc88416e5a188661f8a72c66dbf69ace72bc5a188661f8ef665a188661f8a6675a1886593f3b8b5a188661f8f982a3aaaaf29c119ee8fb3e67bbe1b85a188661f8ef56af6ddb669bd2665a188661f849645a188661f8847f1d499271dde79a5a188661f84994e8fbfe7c3654b6af6ddb364da1555a188661f8395b41922469d7b67d5a188661f8a17a5a188661f80d905a18864d8ee38f5a1886e107ea3835cff3a4e487745a188661f849745a18864b1ef3905a188661f8846f5a188661f8d788000000000000005a188661f8783025cbb20cd1af64835f04120305900ab0afc03c0174071b00700680010006005c02a0020051167d00f401d007401f0080fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0180fa0183cc0305120305900ab0afc03c017407037d00f401d007401f007d00f4c15b2c08cf802c83f00cc83208cf802c83f00cc83208cf802c83f00cc83208cf802c83f00cc83208cf802c83f00cc8328ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008ac0ac06e803803e00e803803e00e803803e00e803803e00e803803e00e803803e008b0701000cac0204008b0701000cac0204000108838503050c562406e92217260100257b020ff0063b04000440000c800014c0001c00012440012c800134c0013c00024440024c800208542c5c3064346c38743c7c4084448c48944c9c50a454ac58b45cbc60c464cc6888d801680070047808800c881090149818a01ca820b024b828c02cc830d034d838e03c09545971854596165b5c7479f105469818636494997186469a1a6b6cb4b9f106479c1c737489d803e800c023800f014006082140a4801103480e2841c0248113055016486140a5811507581e89d8042801c0248013015006482140a5801503580e6841c0258117056016886140a6811907681e89d8056801c0258017016006882140a6801903680ea841c026811b057016c86140a7811d07781e0a54b3c6356c64d3c6366e74f3c637708413c738729433c73974a453c73a76b473c73b78c493c73c7a8ad807e801001f01f82100200308420021051862002207288200230938a200240b48c200250d58e200260f8ad8082802002301382200240348420025055862002607688200270978a200280b2b1601000cac0206050000a00bacea070807000000cbf5071b0e01000cac02005d00070301a6070d9b0c01000cac02004d00040436a18b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac020400088b0701000cac0204008b0701000cac0204000b1601000cac02ea0711a00176d00900a00e050025a004001b0d01000cac02001e00010202a60783f104041718fd004d0380971020150620392e0400007c31081c02000000007507c00426000000800c004006006009002003000ce8832578053208873e98084b288a57b80b64488d70d80e7d0d681013e147b084385114468557a81677e16040869c911ad686700ee81cb683e7813e08201a8419c24428237e844b024b4826e2847d42510e68294685af8257882caa85e1c25da82f0e86130364c832728645436a0fe835ac0dde0d84839043e760ea603b283c3c0f6e0fe883f443006103a1410f6842cc10fe104c84584419611ce147a8485c128e12b084bc44326135214e0fe84eec131e14148520454b614e615428557c15ae1578858445646167a15a0f685b0c173e17dc85e8457d6180e160a8619c18ce1840864c4696619921670fe8672c1a5e1aa486b046af61b2616d286ebc1bee1b08871447c861cba1730f68744c1d7e1d6c877847e161e4e179a87adc1e0e1fd087dc47fa61fd218010e880d8407882a04108846842988530432887f843b888c044488a8845d88b504610688d1847f88ee0478890a84818927049a893384a3895004bc896c84b5898904c10e899584d789b204e089de84e989eb04f28a07850b8a1405148a30852d8a4d0521068a69853f8a7605488a9285518abf055a8acb85638ae8057c8af485858b1105910e8b2d85978b4a05a08b6685b98b7305c28b9f85cb8bac05d48bc885ed8bd505f1068bf1860f8c0e06088c2a86118c47062a8c5386338c70064c8c8c86458ca906510e8cb586678cd206708cfe86798d0b06828d27869b8d3406a48d5086bd8d6d06b1068d8986cf8d9606d88db286e18ddf06ea8deb86f38e08070c8e1487158e3107210e8e4d87278e6a07308e8687498e93075008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac0204008b0701000cac02040028
2	\\x0157c2565e9001900101300002fc8aad87e5f581030013060100018f010109834a0403ba92ff927efd03ba224992f2300349722992224903929424f9fe5f0324b74bdaf33f080201010101cece06060101010606060103891ddb4eec2403711c27499224034992d876922423a201f29e9d80e5f5810300000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000ae34000000000000000000009f8be9d7e63d00c6848fd9e63d000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000023c502bc8bc581e5f58103f4f8e705f3f8e705c9eca70100bee58f070000f3f8e7050000f4f8e70500f3f8e705f4f8e70500f3f8e705f4f8e705f3f8e705c9eca701caeca701000000000000c9eca701bee58f07bde58f07ecfecc03ebfecc0300000000bee58f07f3f8e70500c9eca701caeca7010000c9eca701caeca70100000000000000c9eca70100000000bee58f07c1d1d504c2d1d504000000f3f8e705a292a5020000efea920100c2d1d504f3f8e7050000b2a792018ed8d504dbb78f07dcb78f070000dbb78f07f4bea701f3bea701000000bcc88c0700000095cfe605000096cfe605000095cfe605000096cfe6050095cfe60596cfe60500000095cfe6050096cfe6050095cfe60500000096cfe60595cfe60596cfe60595cfe60596cfe60595cfe60500000000000000000000000000000096cfe60500000095cfe60500000000002bbf0100e7fff75770f70ffeff77e171ec192a00c003caeca701f4f8e705f3f8e705f4f8e7050000f3f8e7050000f4f8e70500f3f8e705f4f8e70500f3f8e705f4f8e705f3f8e70500000000000000f4f8e705d1e6c203d2e6c203f3f8e705000000000000000000000000f4f8e705c1d1d504c2d1d504000000f3f8e705a292a5020000efea920100c2d1d504f3f8e7050000b2a79201e0a3d504000000e5f8e705a0d09f9ffa1400ffbfe09afa140000000000000000000000000000000000000083e40204150040050094000002002000000600002b000805002400c000005400000100e000003a00800200580000091400800300240040010002002001000800800d001000600000b60040010006004001001800200800121200600100050012004800c0010003000c00180060000007000400f000800080040004001811004000800000020001000200340030006000c0004002000200060006001000100020120080008001000a00680060028002000a00180060000003001400180040010001001400481500400000200080010020000006000004005800002c00a003000800000100300000c000402500e8000003140040020004008001003a004001001600200100380040020014002000001200800000b800800000061400a00900140060000014008001004800200100160040010012002001001400600000060060000006120040010001003c001000200100010006001000400000020002000800a0010003000c003093820200e7fbd7f67fbae03f7fd6e271fd2bfb0f55f00415008003005c00800000000800da00c00500080000080040010048000003007000000a00c00200480000051300c0000013000800800e000c0050000003008000a00000070028004001000a00900080000004120020010009000200280020000006000a002800a00000030002000800200080000002000814002000000e0060010002002000000200a000000a00a000000a00a000001200c000003c006002008c1400800c002400e0000010004002000c00e000000a006001001200a000000c004002006000c000000a1200c0000009000a003800a0008002000a002800e0000009000a00080080018002000a002893be020100350453040413008000000d0010004000000400c00280160034008000000c001000000100160040000002001013002002000900200040000004003000000200180040000020002000c00000080060008010001011008000000100020004000800100020002000400000018000000b00040010001000201000400040006000200020004000400080004000400020002000400040008000c011000001000100020002000400100020002000800040000002000400040008001000101300400000060020000001001200100080000008004003002a005800800000140020000002002c120080000002000800880020010002000200100060000002000600100080030002000600201200c00000090008002000800000020008002000400000010004001000400080000016000810008000400040004000400060002000209376005f03f413f21fe4ef817ffeaf01fa09f90ff2041400400100020020000002002000000e0020000002002000000200200000aa002000000200200000028080800180808001140020000002002000000200400100020020000002002000000e00200000020020000002002000008c8080800180808001133a00c0880010100009feff57605064010000800001130c1301070b440201020101010101010708080302020202031e01bb69ab690b0b07020e0205132f00c0880010100000023c546050640100000000289b31c0131303150775ce03b206042a6702b04acc3a350b07020e079b7b01003504530400e77ff75770f7c6f767171ad79aa9020834040c1e912408a0b0212266a8500b72b00f8750009100063660000b11b80127401080b6b5c504081e42010ab0801d61050207848e25b0501c185003c86008042809010ea0d04104c1560f2a3c152eb35241a1270950aa9c50f020806e071008182850001b6101003504530400e77bd75670928063420512d79aa00200042db20208884bc504c80af601609d02a00303ee21ae015a0611691c95044f1ec91d3e030384011016070c78040512263608059101ce06b7018702029401de03ae0baf01480a60081f06134c00e67bd3567092003e7f16605105002000400066088f0a2f72111c2e040101010102110495040201b4070201015d0808390a01010a200120900180020501070101f30a8f0a04340a02051301132400e21000101082003804002040000000004000012b455d080121270801063020b0030201133200e77bd35670920000000020000000000000001066088f0a2f72111c2e040101010102110495040201b4070201015d080805132400e210001010820038040020400000000040000122112508011f2708010630208d03020100135100e67bd3567092003e7fd662510500200040006008a5212b8904111c2e0401010101020e0495040201bb15020101ae020808390a01010a200120900180020501070e05020603d304f40304340a02051301133c00e77bd3567092003804102040000000004000576d088a0ba701e101111c2e080101010102140495040203d4071d01019901081801060a2004300201135400e77bd3567092003e7f96625105002000400067ba0218c9149b02c10233548a01180303030306360cbf0c0605e80e480303e1011828390a02073a20014090018002050107010703028d08f40304340c02051302135200e77bd3567092003e7f96625105002000400010cc01109e145ee40122385c0802020202042208aa080402e80e040202ba011010390a01010a2001209001800205010701030302d804f40304340a02051301082b28014a0d3998b5edc9dcf581038606c4d3038feb02d00398036a860292199c088806df94a8bbf12800002b1e014a0b3ba2fbe7c9dcf58103a20cb8d004709001ce017a7cda0d9c04b60c2b18010501010116010a0166b287a183ddf58103d2479027d60419932700e20840421002003e7f1660100000000040000405c21712823922941042080411a61141831501136c00e7fbd7567092003e3f566071ed092a00400032cd0418dd24cb09e312b9019b01a003d60208b80a139a01390618a80124b009562ac117a8010606ff02202e3b130b25a4013f08699f01a70217062a5509800da2049b0183056ad8020aaa01d402b5040e9101310a600828079b2601003504530400e20200420000e0f727000600000000000405049223222842222142864464141b870101003504530400e77ff75770f7e6f767171ed79aa9020834c004be0c119055b50ceb21cd01d102e401e702b00209a201cb017d08156ec10130018816f40237f635530a0a16c40ab00519053a2002163a160d0e630c420a4ab703880622061a50628b010fb6058b0cd9045ad302e207d6019505199b01aa015cb901540f1e01c0031573080e0a0a1b18005f03f413f21fe4ef817ffeaf01fa09f90ff2010b01470b1b1f005f03f413f21fe4ef817ffeaf01fa09f90ff20100010401050147060cc9018b15005f03f413f21fe4ef817ffeaf01fa09f90ff207001b1f005f03f413f21fe4ef817ffeaf01fa09f90ff20100010401050147070a8401939b0100e3fa57f61f2ae0ffffd7e271fd2bfb0f15f0040d94614c94c2569620de8028f8189220161c80d8812b08002570040d11b41c100040b0ab3ac089e80001a000040097b0320c80b2600085010b0300000000000000008c0100000000e000033000042000000000954126efebca9b01070da2e06348825870006207ae200094c01144d072400000c1c9e9000a27761040010154b3b201ca32a0c005935200e3fa57f61f2ae00100d48271fd2bfb0f15f00407938717fc18101c8241e05008081c06ac10085530044110104e800407814020100804348f20d8312038040643701481e0b0422038c110040411e3811101935200e3fa57f61f2ae00100d48271fd2bfb0f15f0040793870f5c18101c8241e05008081c06ac10084c30044110084e800407814020100804348f20d8312038040643701481e0b0422038c110040411e3811101834a0480980b80980b80980b86980b00000000000080699aa6699a86980ba6699aa6699aa6090003000086980b000000403c8f00000000a00180980b85980b0000003c00000000000080980b020218
5	\\x0178ecf1690101012a0002b6a3ad87e5f5810300020209029e030280c8b4a8feb7810302b6a3ad87e5f5810302a8b6eaa1fa14028cee0402e21202d2d7b41a01026e5902d4190908020202021102c80102b299a887e5f5810319000110
4	\\x013419494d0505012100029c8cad87e5f5810300830300010109030607070101ce012311c2ea9e80e5f58103000000c1a2ead7e63d23129c8cad87e5f5810300d9a18e0700daa18e072b0d0013dca18e070080c0e09afa148b10001e041867fd9b67dd7603227367bd7a1303000202130600125bdb9d011303000206030607b80100001b03098a09bba6030000ce58030af701b487020000b4a401030864d4b1010000d21e030702aa1e0000a90913060012fe02b303130500128d1a05190009130800129cf745e8e50f130800128db136b1970201130400120b0611088b06001e0480980b8b05001e04010f
\.
SELECT pg_catalog.setval('almanac.database_keys_series_id_seq', 5);
SELECT pg_catalog.setval('almanac.index_keys_series_id_seq', 281);
SELECT pg_catalog.setval('almanac.snapshot_keys_series_id_seq', 7);
SELECT pg_catalog.setval('almanac.statement_keys_series_id_seq', 99);
SELECT pg_catalog.setval('almanac.system_keys_series_id_seq', 1);
SELECT pg_catalog.setval('almanac.table_keys_series_id_seq', 170);
