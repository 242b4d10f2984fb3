package p
var x = 0x_ + 08 + 1e + 0b12 + 'ab' + '\400' + "\q" + `a
`/* 
 */ + é + “quoted”
//line x.go:0
/* open