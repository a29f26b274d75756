--
-- PostgreSQL database dump
--

SET standard_conforming_strings = on;

CREATE SEQUENCE public.queue_log_id_seq;

CREATE TABLE public.queue_log (
    id integer NOT NULL,
    "time" timestamp with time zone DEFAULT now() NOT NULL,
    callid character varying(80),
    queuename character varying(256),
    agent character varying(80),
    event character varying(36),
    data1 character varying(128),
    data2 character varying(128),
    data3 character varying(128),
    data4 character varying(128),
    data5 character varying(128)
);

COPY public.agentfeatures (id, number, passwd) FROM stdin;
1	1001	INSERT INTO
\.

COPY public.queue_log (id, "time", callid, queuename, agent, event, data1, data2, data3, data4, data5) FROM stdin;
1	2024-10-26 17:59:58.000120+02	NONE	\N	NONE	QUEUESTART					
2	2024-10-26 18:00:00.250000+02	1729958399.1	sales	NONE	ENTERQUEUE		5550100	1		
3	2024-10-26 18:00:06.100000+02	1729958399.1	sales	Sinéad O'Dea	RINGNOANSWER	5000				
4	2024-10-26 18:00:12+02	1729958399.1	sales	PJSIP/401	RINGING					
5	2024-10-26 18:00:15.400000+02	1729958399.1	sales	PJSIP/401	CONNECT	15	1729958412.3	3		
6	2024-10-26 18:04:15.400000+02	1729958399.1	sales	PJSIP/401	ATTENDEDTRANSFER	LINK	PJSIP/401-00000a	PJSIP/402-00000b	15	240|1
7	2024-10-26 18:05:00.000000+02	NONE	sales	PJSIP/401	PAUSE	lunch | late				
8	2024-10-27 02:59:59.500000+02	1729990799.7	sales	NONE	ENTERQUEUE		5550101	1		
9	2024-10-27 02:00:04.500000+01	1729990799.7	sales	NONE	ABANDON	1	1	5		
10	2024-10-27 03:10:00.000000+01	NONE	NONE	NONE	CONFIGRELOAD					
11	2025-03-30 03:30:00.000000+02	NONE	NONE	NONE	CONFIGRELOAD					
\.


ALTER TABLE ONLY public.queue_log ADD CONSTRAINT queue_log_pkey PRIMARY KEY (id);
